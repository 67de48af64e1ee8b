/** What simulated people do, and the owner of the house, by the owner's API. */
import type { Act, Scene } from './acts.ts';
import * as choose from './choices.ts';
import { EMOJIS, messageBody } from './message-acts.ts';

const guild = ({ party }: Scene) => `/guilds/${party.guildId}`;

export const peopleActs: Readonly<Record<string, Act>> = {
  'person says': (scene) =>
    scene.party.owner('POST', `/channels/${choose.place(scene)}/messages`, {
      ...messageBody(scene),
      author_id: choose.person(scene.party, scene.draw),
    }),
  'person reacts': (scene) => {
    const { channel_id, id } = choose.anyMessage(scene);
    const emoji = encodeURIComponent(scene.draw.pick(EMOJIS));
    const who = choose.person(scene.party, scene.draw);
    return scene.party.owner('PUT', `/channels/${channel_id}/messages/${id}/reactions/${emoji}/${who}`);
  },
  'person votes': async (scene) => {
    const { channel_id, id } = choose.anyMessage(scene, ({ poll }) => poll !== undefined);
    const who = choose.person(scene.party, scene.draw);
    const method = scene.draw.pick(['PUT', 'PUT', 'DELETE'] as const);
    return scene.party.owner(
      method,
      `/channels/${channel_id}/polls/${id}/answers/${1 + scene.draw.below(3)}/${who}`,
    );
  },
  'person starts thread': (scene) =>
    scene.party.owner('POST', `/channels/${choose.channel(scene, 0)}/threads`, {
      owner_id: choose.person(scene.party, scene.draw),
      name: 'of a person',
      type: scene.draw.pick([11, 12]),
    }),
  'taken into thread': (scene) =>
    scene.party.owner('PUT', `/threads/${choose.thread(scene)}/members/${choose.member(scene)}`),
  'person leaves thread': (scene) =>
    scene.party.owner('DELETE', `/threads/${choose.thread(scene)}/members/${choose.member(scene)}`),
  'comes in': (scene) =>
    scene.party.owner('PUT', `${guild(scene)}/members/${choose.guestOrPerson(scene)}`, {}),
  leaves: (scene) => scene.party.owner('DELETE', `${guild(scene)}/members/${choose.guestOrPerson(scene)}`),
  'accepts invite': (scene) =>
    scene.party.owner('POST', `/invites/${choose.known(scene.draw, scene.party.guild.invites)}/accept`, {
      user_id: scene.draw.pick(scene.party.people),
    }),
  'is pardoned': (scene) =>
    scene.party.owner('DELETE', `${guild(scene)}/bans/${choose.known(scene.draw, scene.party.guild.bans)}`),
  'speaks up': (scene) =>
    scene.party.owner('PUT', `${guild(scene)}/voice-states/${choose.member(scene)}`, {
      channel_id: choose.channel(scene, 2, 13),
      selfMute: scene.draw.oneIn(2),
    }),
  'falls silent': (scene) =>
    scene.party.owner('DELETE', `${guild(scene)}/voice-states/${choose.member(scene)}`),
  'is interested': async (scene) => {
    const { draw, party } = scene;
    const method = draw.pick(['PUT', 'PUT', 'DELETE'] as const);
    return party.owner(
      method,
      `${guild(scene)}/scheduled-events/${choose.known(draw, party.guild.events)}/users/${choose.person(party, draw)}`,
    );
  },
  'features change': (scene) =>
    scene.party.owner('PATCH', guild(scene), { features: scene.draw.some(['ROLE_ICONS', 'COMMUNITY']) }),
  'goes out and comes back': async (scene) => {
    await scene.party.owner('PUT', `${guild(scene)}/outage`);
    return scene.party.owner('DELETE', `${guild(scene)}/outage`);
  },
};
