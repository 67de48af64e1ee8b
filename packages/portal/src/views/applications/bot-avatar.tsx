import { useRef } from 'react';
import { api } from '../../api/client.ts';
import type { User } from '../../api/types.ts';
import { attempt } from '../../state/notices.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { nameOf } from '../../ui/format.ts';

/** How the bot looks to people. */
export function BotAvatar({ bot }: { readonly bot: User }) {
  const chooser = useRef<HTMLInputElement>(null);
  const choose = ([picture]: readonly File[]) => {
    if (picture !== undefined)
      void attempt(() => api.setAvatar(bot.id, picture), 'The bot has a new picture.');
  };
  return (
    <section className="card" aria-labelledby="avatar-title">
      <header className="card-head">
        <h3 id="avatar-title">Picture of the bot</h3>
      </header>
      <div className="bot-avatar">
        <Avatar id={bot.id} name={nameOf(bot)} size={72} picture={bot.avatar} />
        <div className="bot-avatar-actions">
          <Button onClick={() => chooser.current?.click()}>Upload a picture</Button>
          <Button
            look="quiet"
            disabled={bot.avatar === null}
            onClick={() => void attempt(() => api.clearAvatar(bot.id))}
          >
            Take it away
          </Button>
          <input
            ref={chooser}
            type="file"
            hidden
            accept="image/png,image/jpeg,image/gif,image/webp"
            aria-label="Picture of the bot"
            onChange={(event) => {
              choose([...(event.target.files ?? [])]);
              event.target.value = '';
            }}
          />
        </div>
      </div>
    </section>
  );
}
