import { useState } from 'react';
import { api } from '../../api/client.ts';
import type { Guild } from '../../api/types.ts';
import { attempt } from '../../state/notices.ts';
import { Switch } from '../../ui/switch.tsx';
import { ChatterCard } from './chatter-card.tsx';
import { CrowdCard } from './crowd-card.tsx';

/** What happens in a guild without anybody: people who come and talk, and the day on which it is gone. */
export function LifeTab({ guild }: { readonly guild: Guild }) {
  const [isBusy, setBusy] = useState(false);
  const setOutage = async (isOut: boolean) => {
    setBusy(true);
    await attempt(() => api.setOutage(guild.id, isOut));
    setBusy(false);
  };
  return (
    <div className="life">
      <ChatterCard guild={guild} />
      <div className="life-side">
        <CrowdCard guild={guild} />
        <section className="card" aria-labelledby="outage-title">
          <header className="card-head">
            <h3 id="outage-title">Outage</h3>
          </header>
          <Switch
            label="The guild is unavailable"
            description="Its bots hear GUILD_DELETE with unavailable, and GUILD_CREATE when it is back. Nothing of it is lost."
            isOn={guild.outage}
            isBusy={isBusy}
            onChange={(isOut) => void setOutage(isOut)}
          />
        </section>
      </div>
    </div>
  );
}
