import type { Snowflake } from './entities.ts';
import { WorldError } from './errors.ts';
import type { World } from './world.ts';

/** People who come in before others have a turn, and before what has been made is committed. */
const PER_TURN = 100;
const FIRST_NAMES = [
  ...['Ada', 'Aiko', 'Amara', 'Bela', 'Carlos', 'Chidi', 'Dara', 'Elif', 'Emeka', 'Farah', 'Greta', 'Hana'],
  ...['Ines', 'Ivo', 'Jun', 'Kofi', 'Lena', 'Lucía', 'Malik', 'Mina', 'Nadia', 'Noor', 'Olu', 'Petra'],
  ...['Quinn', 'Rafael', 'Sanna', 'Sofia', 'Tomasz', 'Uma', 'Vera', 'Wei', 'Ximena', 'Yuki', 'Zane', 'Zola'],
];
const LAST_NAMES = [
  ...['Abara', 'Berg', 'Costa', 'Dvorak', 'Eriksen', 'Fonseca', 'Gruber', 'Haddad', 'Ito', 'Jansen', 'Kaya'],
  ...[
    'Lindqvist',
    'Moreau',
    'Novak',
    'Okafor',
    'Petrov',
    'Rossi',
    'Sato',
    'Tanaka',
    'Varga',
    'Weber',
    'Zhou',
  ],
];

/**
 * New people join a guild, as many as one asks for: GUILD_MEMBER_ADD for each.
 * @returns how many have come: all, unless the guild is deleted meanwhile
 * @throws WorldError UNKNOWN_GUILD, and LIMIT_REACHED:membersPerGuild or LIMIT_REACHED:users before anybody has come
 */
export async function addCrowd(world: World, guildId: Snowflake, count: number): Promise<number> {
  const { guilds, members, users, limits } = world;
  guilds.require(guildId);
  requireRoom('membersPerGuild', members.count(guildId) + count, limits.membersPerGuild);
  requireRoom('users', users.count + count, limits.users);
  const offset = users.count;
  for (let added = 0; added < count; added += 1) {
    if (guilds.get(guildId) === undefined) return added;
    const { id } = users.create(personOf(offset + added));
    members.add({ guildId, userId: id });
    if ((added + 1) % PER_TURN === 0) await world.committed();
  }
  await world.committed();
  return count;
}

/** Another name for each number, as long as there are others. */
function personOf(index: number): { readonly username: string; readonly globalName: string } {
  const first = FIRST_NAMES[index % FIRST_NAMES.length] ?? '';
  const last = LAST_NAMES[Math.floor(index / FIRST_NAMES.length) % LAST_NAMES.length] ?? '';
  return { username: `${plain(first)}.${plain(last)}.${index}`, globalName: `${first} ${last}` };
}

/** As usernames are written: `Lucía` becomes `lucia`. */
function plain(name: string): string {
  return name
    .normalize('NFD')
    .replaceAll(/\p{Mark}/gu, '')
    .toLowerCase();
}

function requireRoom(limit: 'membersPerGuild' | 'users', wanted: number, most: number): void {
  if (wanted <= most) return;
  const where = limit === 'users' ? 'a world has' : 'a guild has';
  throw new WorldError(
    `LIMIT_REACHED:${limit}`,
    `${where} at most ${most} ${limit === 'users' ? 'users' : 'members'}`,
  );
}
