/** Ids to act on; now and then one that is nobody's. */
import type { Scene } from './acts.ts';
import type { Draw } from './draw.ts';
import type { Party } from './party.ts';
import type { MessageWire } from './wire.ts';

const NOBODY = '1';
const WRONG_ONE_IN = 25;
const PNG = `data:image/png;base64,${Buffer.from('89504e470d0a1a0a00', 'hex').toString('base64')}`;
export const GIF = `data:image/gif;base64,${Buffer.from('GIF89a').toString('base64')}`;
export const OGG = `data:audio/ogg;base64,${Buffer.from('OggS').toString('base64')}`;

export function image(draw: Draw): string | null {
  return draw.pick([PNG, GIF, null]);
}

function oneOf(draw: Draw, ids: readonly string[]): string {
  return draw.oneIn(WRONG_ONE_IN) ? NOBODY : draw.pick(ids, NOBODY);
}

export function channel({ party, draw }: Scene, ...types: readonly number[]): string {
  const all = [...party.guild.channels.values()];
  return oneOf(
    draw,
    all.filter(({ type }) => types.length === 0 || types.includes(type)).map(({ id }) => id),
  );
}

/** A channel or thread in which people write. */
export function place(scene: Scene): string {
  const { party, draw } = scene;
  return draw.oneIn(3) && party.guild.threads.size > 0 ? thread(scene) : channel(scene, 0, 0, 5, 2);
}

export function thread({ party, draw }: Scene): string {
  return oneOf(draw, [...party.guild.threads.keys()]);
}

export function message({ party, draw }: Scene, where: string): string {
  return oneOf(draw, [...party.guild.messagesOf(where).keys()]);
}

/** A message anywhere, of those that fulfil the condition. */
export function anyMessage(
  { party, draw }: Scene,
  condition: (message: MessageWire) => boolean = () => true,
): { readonly channel_id: string; readonly id: string } {
  const all = [...party.guild.messages.values()].flatMap((messages) => [...messages.values()]);
  return draw.pick(all.filter(condition), { channel_id: NOBODY, id: NOBODY });
}

/** Never what makes the keeper hear everything. */
export function role({ party, draw }: Scene): string {
  return oneOf(
    draw,
    [...party.guild.roles.keys()].filter((id) => id !== party.keeperRoleId),
  );
}

/** A role that somebody has and that can be deleted, which must show at its members. */
export function heldRole(scene: Scene): string {
  const { party, draw } = scene;
  const { roles, members } = party.guild;
  const held = [...members.values()].flatMap((one) => one.roles);
  return draw.pick(
    held.filter((id) => id !== party.keeperRoleId && roles.get(id)?.managed === false),
    role(scene),
  );
}

/** A member, never the keeper, and one who may be thrown out unless it is the owner. */
export function member({ party, draw }: Scene): string {
  return oneOf(
    draw,
    [...party.guild.members.keys()].filter((id) => id !== party.keeper.userId),
  );
}

/** Who may come and go. */
export function guestOrPerson({ party, draw }: Scene): string {
  return oneOf(draw, [party.guest.userId, ...party.people.slice(1)]);
}

/** A person that is in the guild now. */
export function person(party: Party, draw: Draw): string {
  return draw.pick(
    party.people.filter((id) => party.guild.members.has(id)),
    NOBODY,
  );
}

export function known(draw: Draw, map: ReadonlyMap<string, unknown>): string {
  return oneOf(draw, [...map.keys()]);
}

export function overwrites(scene: Scene): readonly object[] {
  const { draw } = scene;
  return draw.some([0, 1]).map(() => overwrite(scene));
}

const OVERWRITABLE = [1n << 10n, 1n << 11n, 1n << 20n, 1n << 34n, 1n << 16n];

export function overwrite(scene: Scene): { id: string; type: number; allow: string; deny: string } {
  const { draw } = scene;
  const isRole = draw.oneIn(2);
  const sum = (bits: readonly bigint[]) => String(bits.reduce((all, bit) => all | bit, 0n));
  const allow = draw.some(OVERWRITABLE);
  return {
    id: isRole ? role(scene) : member(scene),
    type: isRole ? 0 : 1,
    allow: sum(allow),
    deny: sum(draw.some(OVERWRITABLE).filter((bit) => !allow.includes(bit))),
  };
}
