import {
  type DispatchName,
  disallowedIntents,
  Intent,
  intentNames,
  isDispatchName,
  PRIVILEGED_INTENTS_MASK,
} from '@guildhall/protocol/client';
import { intentGate, passesIntentGate } from '@guildhall/protocol/gates';
import { PORTAL } from '../errors.ts';
import type { Finding } from './finding.ts';

export interface IntentFacts {
  /** As the client asks for them. */
  readonly intents: number;
  /** Privileged intents that the application may ask for; null when that is not known. */
  readonly granted: number | null;
  /** Events with a handler, `*` among them. */
  readonly handled: ReadonlySet<string>;
}

const MESSAGE_INTENTS = Intent.GUILD_MESSAGES | Intent.DIRECT_MESSAGES;
const CONTENT_EVENTS: readonly DispatchName[] = ['MESSAGE_CREATE', 'MESSAGE_UPDATE'];
/** Come without their intent, too, but of the bot's own member alone. */
const OF_OWN_MEMBER: ReadonlySet<string> = new Set<DispatchName>(['GUILD_MEMBER_UPDATE']);

/** What the intents keep from the handlers, and the gateway from the intents. */
export function intentFindings(facts: IntentFacts): Finding[] {
  return [...grantFindings(facts), ...gateFindings(facts), ...contentFindings(facts)];
}

function grantFindings({ intents, granted }: IntentFacts): Finding[] {
  if (intents === 0) {
    const seen = 'The client asks for no intents: it hears of its own guilds and their events nothing.';
    return [
      warning('NO_INTENTS', seen, 'Name the intents of the events that you want in the option "intents".'),
    ];
  }
  if (granted === null) return [];
  const refused = disallowedIntents(intents, granted);
  if (refused === 0) {
    const names = intentNames(intents & PRIVILEGED_INTENTS_MASK).join(', ');
    const seen = names === '' ? 'No privileged intent is asked for.' : `The application may use ${names}.`;
    return [{ code: 'INTENTS_GRANTED', severity: 'ok', seen, cure: null }];
  }
  const names = intentNames(refused).join(', ');
  return [
    {
      code: 'INTENTS_NOT_GRANTED',
      severity: 'error',
      seen: `The application may not use ${names}: the gateway closes with 4014, and no shard comes up.`,
      cure:
        `Switch ${names} on under "Privileged Gateway Intents" on the "Bot" page of the developer portal ` +
        `(${PORTAL}), or leave it out of the option "intents".`,
    },
  ];
}

function gateFindings({ intents, handled }: IntentFacts): Finding[] {
  return [...handled].filter(isDispatchName).flatMap((name) => {
    const gates = intentGate(name, true) | intentGate(name, false);
    const passes =
      passesIntentGate(intents, intentGate(name, true)) || passesIntentGate(intents, intentGate(name, false));
    if (passes) return [];
    const own = OF_OWN_MEMBER.has(name);
    const needed = intentNames(gates).join(' or ');
    const comes = own ? 'comes for the bot’s own member only' : 'never comes';
    return [
      {
        code: 'EVENT_WITHOUT_INTENT',
        severity: own ? 'warning' : 'error',
        seen: `${name} has a handler, but ${comes}: it needs the intent ${needed}.`,
        cure: `Add ${needed} to the option "intents".`,
      } as const,
    ];
  });
}

function contentFindings({ intents, handled }: IntentFacts): Finding[] {
  const heard = CONTENT_EVENTS.filter((name) => handled.has(name));
  const isBlank = (intents & MESSAGE_INTENTS) !== 0 && (intents & Intent.MESSAGE_CONTENT) === 0;
  if (heard.length === 0 || !isBlank) return [];
  const seen =
    `${heard.join(' and ')} ${heard.length === 1 ? 'has' : 'have'} a handler, but MESSAGE_CONTENT is not asked for: ` +
    'content, embeds, attachments, components and poll are empty, but for direct messages, the bot’s own messages and ' +
    'those that mention it.';
  const cure = `Add MESSAGE_CONTENT to the option "intents" and switch it on in the developer portal (${PORTAL}), if you read any of these.`;
  return [warning('MESSAGE_CONTENT_MISSING', seen, cure)];
}

function warning(code: Finding['code'], seen: string, cure: string): Finding {
  return { code, severity: 'warning', seen, cure };
}
