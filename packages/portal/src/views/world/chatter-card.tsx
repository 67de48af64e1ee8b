import type { Chatter, Guild } from '../../api/types.ts';
import { plural } from '../../ui/format.ts';
import { Slider } from '../../ui/slider.tsx';
import { Switch } from '../../ui/switch.tsx';
import { withShare } from './chatter-mix.ts';
import { useChatter } from './use-chatter.ts';

const ACTS = [
  { act: 'reply', label: 'Replies' },
  { act: 'react', label: 'Reactions' },
  { act: 'edit', label: 'Edits' },
  { act: 'command', label: 'Words to bots (!ping)' },
] as const;
/** The slider goes by these: a few a minute and thousands both need room. */
const RATES = [1, 2, 5, 10, 20, 30, 60, 120, 240, 600, 1_200, 3_000, 6_000];
const PERCENT = 100;

/** How simulated members talk, steered while they do. */
export function ChatterCard({ guild }: { readonly guild: Guild }) {
  const { chatter, failure, isBusy, errorOf, set } = useChatter(guild.id);
  const error = errorOf('perMinute') ?? errorOf('mix');
  const plain = chatter === null ? 0 : plainShare(chatter);
  return (
    <section className="card chatter" aria-labelledby="chatter-title">
      <header className="card-head">
        <h3 id="chatter-title">Chatter</h3>
      </header>
      {failure !== null && <p className="card-text card-warning">{failure}</p>}
      {chatter !== null && (
        <>
          <Switch
            label="Members talk"
            description="People of this guild write in its text channels, a hundred of them at most."
            isOn={chatter.isOn}
            isBusy={isBusy}
            onChange={(isOn) => set({ isOn })}
          />
          <Slider
            label="Rate"
            value={stepOfRate(chatter.perMinute)}
            max={RATES.length - 1}
            shown={`${plural(chatter.perMinute, 'act')} a minute`}
            onChange={(step) => set({ perMinute: RATES[step] ?? 1 })}
          />
          <fieldset className="mix">
            <legend>Of them</legend>
            {ACTS.map(({ act, label }) => (
              <Slider
                key={act}
                label={label}
                value={Math.round(chatter.mix[act] * PERCENT)}
                max={PERCENT}
                shown={`${Math.round(chatter.mix[act] * PERCENT)} %`}
                onChange={(share) => set({ mix: withShare(chatter.mix, act, share / PERCENT) })}
              />
            ))}
            <p className="mix-rest">
              <span>Plain messages</span>
              <span>{plain} %</span>
            </p>
          </fieldset>
          {error !== undefined && <p className="field-error">{error}</p>}
        </>
      )}
    </section>
  );
}

function plainShare({ mix }: Chatter): number {
  return Math.max(0, PERCENT - Math.round((mix.reply + mix.react + mix.edit + mix.command) * PERCENT));
}

/** The nearest step at or above the rate. */
function stepOfRate(perMinute: number): number {
  const at = RATES.findIndex((rate) => rate >= perMinute);
  return at < 0 ? RATES.length - 1 : at;
}
