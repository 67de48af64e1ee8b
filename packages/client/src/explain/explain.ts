import type { SessionStartLimit } from '@guildhall/protocol/client';
import { loadCodec } from '../codec.ts';
import { AbortedError, GatewayInfoError, OptionError, TokenProviderError } from '../errors.ts';
import type { GatewayDirectory } from '../gateway-directory.ts';
import type { GatewayInfo } from '../gateway-info.ts';
import type { IdentifyBudgetStatus } from '../identify-allowance.ts';
import { MAX_TIMER_MS, type ResolvedOptions } from '../options.ts';
import type { TokenSource } from '../token-source.ts';
import { numberField } from '../untyped.ts';
import type { ClientReport } from '../watching/client-report.ts';
import { byWeight, type ExplainOptions, type Finding } from './finding.ts';
import { type ProbeResult, probeGateway } from './gateway-probe.ts';
import { grantedIntents } from './granted-intents.ts';
import { intentFindings } from './intent-findings.ts';
import { networkCure } from './network-cure.ts';
import { shardFindings } from './shard-findings.ts';

/** The client that is to be explained. */
export interface Subject {
  readonly settings: Pick<
    ResolvedOptions,
    'intents' | 'gatewayUrl' | 'apiBase' | 'transport' | 'encoding' | 'proxy'
  >;
  readonly report: ClientReport;
  readonly tokens: TokenSource;
  readonly directory: GatewayDirectory;
  /** Takes over what the API has said of the budget. */
  observe(limit: SessionStartLimit): IdentifyBudgetStatus;
  /** Events of the gateway with a handler, `*` among them. */
  readonly handled: ReadonlySet<string>;
}

interface Bounds {
  readonly signal: AbortSignal;
  readonly deadlineMs: number;
}

/** What the API said, as far as it was asked and answered. */
interface Hearsay {
  readonly findings: readonly Finding[];
  readonly info: GatewayInfo | null;
  readonly granted: number | null;
}

const DEFAULT_DEADLINE_MS = 10_000;
const UNASKED: Hearsay = { findings: [], info: null, granted: null };

/** @throws AbortedError, OptionError */
export async function explain(subject: Subject, options: ExplainOptions): Promise<readonly Finding[]> {
  const { signal = new AbortController().signal, deadlineMs = DEFAULT_DEADLINE_MS, scope = 'all' } = options;
  if (!(deadlineMs >= 1 && deadlineMs <= MAX_TIMER_MS)) {
    throw new OptionError('deadlineMs', `a number of ms from 1 to ${MAX_TIMER_MS}`);
  }
  const bounds = { signal, deadlineMs };
  const { settings, report, handled } = subject;
  try {
    const hearsay = await askApi(subject, bounds);
    const { info, granted } = hearsay;
    return byWeight([
      ...hearsay.findings,
      ...(await gatewayFindings(subject, info, bounds)),
      ...budgetFindings(subject, info),
      ...intentFindings({ intents: settings.intents, granted, handled }),
      ...(scope === 'setup' ? [] : [...handlerFindings(handled), ...shardFindings(report)]),
      ...shardCountFindings(report, info),
    ]);
  } catch (error) {
    if (signal.aborted) throw new AbortedError(signal.reason);
    throw error;
  }
}

async function askApi(
  { settings, tokens, directory }: Subject,
  { signal, deadlineMs }: Bounds,
): Promise<Hearsay> {
  if (settings.gatewayUrl !== null) {
    const seen =
      'The option "gatewayUrl" is given, so the API is not asked: token, intents and budget are not looked at.';
    return { ...UNASKED, findings: [{ code: 'API_NOT_ASKED', severity: 'info', seen, cure: null }] };
  }
  const deadline = AbortSignal.timeout(deadlineMs);
  const either = AbortSignal.any([signal, deadline]);
  try {
    if (tokens.current === '') await tokens.load(either);
    const info = await directory.info(either);
    const application = await directory.application(either);
    const seen = `${settings.apiBase} answers and takes the token.`;
    return {
      findings: [{ code: 'TOKEN_ACCEPTED', severity: 'ok', seen, cure: null }, ...guildFindings(application)],
      info,
      granted: grantedIntents(application),
    };
  } catch (error) {
    signal.throwIfAborted();
    return { ...UNASKED, findings: [refusalFinding(error, settings.apiBase, deadlineMs)] };
  }
}

function refusalFinding(error: unknown, apiBase: string, deadlineMs: number): Finding {
  if (error instanceof TokenProviderError) {
    const cure = 'Let the option "tokenProvider" return the bot token in time.';
    return { code: 'TOKEN_PROVIDER', severity: 'error', seen: `${error.message}.`, cure };
  }
  if (!(error instanceof GatewayInfoError)) {
    const seen = `${apiBase} did not answer within ${deadlineMs} ms.`;
    return { code: 'API_UNREACHABLE', severity: 'error', seen, cure: networkCure(seen) };
  }
  const seen = `${error.message}.`;
  switch (error.code) {
    case 'TOKEN_REJECTED':
      return {
        code: 'TOKEN_REJECTED',
        severity: 'error',
        seen,
        cure: 'Copy a fresh token from the "Bot" page of the developer portal; the client secret and the public key are none.',
      };
    case 'UNREACHABLE':
      return { code: 'API_UNREACHABLE', severity: 'error', seen, cure: networkCure(error.message) };
    case 'RATE_LIMITED':
      return {
        code: 'API_REFUSED',
        severity: 'error',
        seen,
        cure: 'Wait that long, and look for a loop that asks the API.',
      };
    case 'HTTP_STATUS':
    case 'MALFORMED':
      return {
        code: 'API_REFUSED',
        severity: 'error',
        seen,
        cure: 'Check the option "apiBase": it is the root of a REST API such as https://discord.com/api/v10.',
      };
  }
}

function guildFindings(application: unknown): Finding[] {
  if (numberField(application, 'approximate_guild_count') !== 0) return [];
  return [
    {
      code: 'NO_GUILDS',
      severity: 'warning',
      seen: 'The bot is in no guild: nothing happens that it could hear of, but for direct messages and interactions.',
      cure: 'Invite it, with the link of the "OAuth2" page of the developer portal (scope "bot").',
    },
  ];
}

async function gatewayFindings(
  { settings, report }: Subject,
  info: GatewayInfo | null,
  bounds: Bounds,
): Promise<Finding[]> {
  const url = settings.gatewayUrl ?? info?.url ?? null;
  // A connection that stands says more than a knock.
  if (url === null || report.shards.some(({ phase }) => phase === 'live')) return [];
  const { transport, encoding, proxy } = settings;
  const codec = await loadCodec(encoding);
  return [probeFinding(url, await probeGateway(url, { transport, codec, proxy }, bounds))];
}

function probeFinding(url: string, result: ProbeResult): Finding {
  if (result.type === 'greeted') {
    const seen = `${url} greets after ${Math.round(result.afterMs)} ms.`;
    return { code: 'GATEWAY_REACHABLE', severity: 'ok', seen, cure: null };
  }
  const { at, why } = result;
  const seen = `${url} cannot be reached (${at}): ${why}.`;
  return { code: 'GATEWAY_UNREACHABLE', severity: 'error', seen, cure: networkCure(why) };
}

function budgetFindings({ report, observe }: Subject, info: GatewayInfo | null): Finding[] {
  // Of a gateway whose API is not asked, only the own count is known, and that not before the client has been open.
  if (info === null && report.shardCount === null) return [];
  const { total, remaining, resetAfterMs, reserve, refused } =
    info === null ? report.identifyBudget : observe(info.sessionStartLimit);
  const back = `They are back in ${Math.ceil(resetAfterMs / 60_000)} min`;
  const seen = `${remaining} of ${total} session starts are left today, ${reserve} of them in reserve.`;
  if (refused || remaining <= reserve) {
    return [
      {
        code: 'IDENTIFIES_USED_UP',
        severity: 'error',
        seen: `${seen} No new session can begin; those that can be resumed go on.`,
        cure: `${back}. Look for what used them (a crash loop, several processes), or lower the option "identify.reserve".`,
      },
    ];
  }
  if (remaining <= reserve * 2) {
    const cure = `${back}. Look for what uses them: a crash loop, or several processes with this token.`;
    return [{ code: 'IDENTIFIES_LOW', severity: 'warning', seen, cure }];
  }
  return [{ code: 'IDENTIFIES_LEFT', severity: 'ok', seen, cure: null }];
}

function handlerFindings(handled: ReadonlySet<string>): Finding[] {
  if (handled.size > 0) return [];
  return [
    {
      code: 'NO_HANDLERS',
      severity: 'error',
      seen: 'No event of the gateway has a handler: whatever comes is skipped unread.',
      cure: 'Add one before open(), such as client.on("MESSAGE_CREATE", (message) => …).',
    },
  ];
}

function shardCountFindings({ shardCount }: ClientReport, info: GatewayInfo | null): Finding[] {
  if (shardCount === null || info === null || shardCount >= info.shards) return [];
  return [
    {
      code: 'TOO_FEW_SHARDS',
      severity: 'info',
      seen: `${shardCount} shard(s) are run where GET /gateway/bot recommends ${info.shards}.`,
      cure: 'Raise the option "shards", or set it to "auto": with more than 2500 guilds to a shard the gateway closes with 4011.',
    },
  ];
}
