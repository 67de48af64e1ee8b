import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '@guildhall/protocol';
import { type Fault, isOpeningFault } from '../../gateway/faults/fault.ts';
import { milliseconds } from './fields.ts';
import type { Act, Duration } from './scenario.ts';
import type { Stage } from './stage.ts';

export interface ActContext {
  readonly stage: Stage;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly startClient: () => Promise<void>;
  readonly stopClient: () => Promise<void>;
}

/** @throws WorldError when the world refuses, TypeError for a name that means nothing here */
export async function perform(
  act: Act,
  { stage, random, signal, startClient, stopClient }: ActContext,
): Promise<void> {
  const { hall, application, tester } = stage;
  const { world, gateway } = hall;
  const place = (given: { readonly as?: string; readonly in?: string }) => ({
    as: stage.user(given.as),
    in: stage.channel(given.in),
  });
  switch (act.do) {
    case 'start':
      return startClient();
    case 'stop':
      return stopClient();
    case 'say': {
      const where = { in: stage.channel(act.in) };
      stage.save(act.save, await tester.sayAs(stage.user(act.as), stage.fill(act.content), where));
      return;
    }
    case 'edit': {
      const { id, channel_id: channelId } = stage.savedMessage(act.message);
      return hall.edit(channelId, id, stage.fill(act.content));
    }
    case 'delete': {
      const { id, channel_id: channelId } = stage.savedMessage(act.message);
      return hall.deleteMessage(channelId, id);
    }
    case 'react': {
      const { id, channel_id: channelId } = stage.savedMessage(act.message);
      return hall.react(stage.user(act.as), channelId, id, act.emoji);
    }
    case 'set-intents':
      return hall.setIntents(application.id, act.intents);
    case 'reset-token':
      stage.token = await hall.resetToken(application.id);
      return;
    case 'reconnect':
      return forSessions(stage, (id) => gateway.requestReconnect(id));
    case 'invalidate':
      return forSessions(stage, (id) => gateway.invalidate(id, act.resumable));
    case 'close':
      return forSessions(stage, (id) => gateway.closeConnection(id, act.code, act.reason));
    case 'end-session':
      return forSessions(stage, (id) => gateway.endSession(id, act.code));
    case 'break':
      plan(act, stage);
      return;
    case 'mend':
      gateway.faults.clear();
      return;
    case 'advance':
      hall.clock.advance(Math.max(1, Math.round(drawn(act.by, act.upTo, random))));
      return;
    case 'wait':
      await sleep(drawn(act.for, act.upTo, random), undefined, { signal });
      return;
    case 'begin-outage':
    case 'end-outage':
      world.guilds.setOutage(stage.guild(act.guild), act.do === 'begin-outage');
      return world.committed();
    case 'join':
      return hall.joinGuild(stage.guild(act.guild), member(act.user, stage));
    case 'leave':
      world.members.remove(stage.guild(act.guild), member(act.user, stage));
      return world.committed();
    case 'command': {
      const { command, options = {}, save } = act;
      const where = { ...place(act), application: application.id };
      stage.save(save, await tester.invokeCommand(stage.fill(command), options, where));
      return;
    }
    case 'click': {
      const { id } = stage.savedMessage(act.on);
      stage.save(act.save, await tester.click(id, stage.fill(act.button), place(act)));
      return;
    }
    case 'select': {
      const { id } = stage.savedMessage(act.on);
      const values = act.values.map((value) => stage.fill(value));
      stage.save(act.save, await tester.select(id, stage.fill(act.select), values, place(act)));
      return;
    }
  }
}

/** Without a session there is nothing to be done, which the scenario is to hear of. */
function forSessions({ hall, application }: Stage, act: (sessionId: string) => boolean): void {
  const done = hall.gateway.sessions(application.id).filter(({ id }) => act(id));
  if (done.length === 0) throw new TypeError('the client has no session');
}

function plan(act: Extract<Act, { readonly do: 'break' }>, stage: Stage): void {
  const { do: _, fault: given, ...rest } = act;
  const fault: Fault = given.kind === 'resume-url' ? { ...given, url: stage.fill(given.url) } : given;
  const { faults } = stage.hall.gateway;
  // Opening faults meet whoever comes: nobody knows yet whose connection it is.
  faults.add(
    isOpeningFault(fault) ? { ...rest, fault } : { ...rest, fault, applicationId: stage.application.id },
  );
}

function member(user: string | undefined, stage: Stage): string {
  return user === undefined ? stage.application.botUserId : stage.user(user);
}

/** By lot, when there is a range. */
function drawn(from: Duration, upTo: Duration | undefined, random: Random): number {
  const fromMs = milliseconds(from);
  return upTo === undefined ? fromMs : random.between(fromMs, Math.max(fromMs, milliseconds(upTo)));
}
