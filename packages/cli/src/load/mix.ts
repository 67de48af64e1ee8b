export const ACT_NAMES = [
  'message',
  'typing',
  'presence',
  'reaction',
  'edit',
  'delete',
  'voice',
  'member',
] as const;
/** `member`: one joins or leaves; `voice`: one comes into a voice channel or leaves it. */
export type ActName = (typeof ACT_NAMES)[number];
/** Shares, relative to each other. */
export type Mix = Readonly<Record<ActName, number>>;

/** As in guilds where people talk: much of what happens is nobody's word. */
export const USUAL_MIX: Mix = {
  message: 30,
  typing: 20,
  presence: 30,
  reaction: 9,
  edit: 3,
  delete: 1,
  voice: 5,
  member: 2,
};
