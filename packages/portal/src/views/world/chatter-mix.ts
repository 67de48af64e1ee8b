import type { Chatter } from '../../api/types.ts';

type Mix = Chatter['mix'];

/** The mix with another share of one act. Where there is no room left, the others give way in proportion. */
export function withShare(mix: Mix, act: keyof Mix, share: number): Mix {
  const others = Object.entries(mix).reduce((sum, [name, value]) => (name === act ? sum : sum + value), 0);
  const room = 1 - share;
  const factor = others > room ? room / others : 1;
  const scaled = (name: keyof Mix) => (name === act ? share : mix[name] * factor);
  return {
    reply: scaled('reply'),
    react: scaled('react'),
    edit: scaled('edit'),
    command: scaled('command'),
  };
}
