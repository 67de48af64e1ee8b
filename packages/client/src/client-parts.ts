import { type HubParts, hubParts } from './event-hub.ts';
import { GatewayDirectory } from './gateway-directory.ts';
import { IdentifyAllowance } from './identify-allowance.ts';
import type { ResolvedOptions } from './options.ts';
import { Planner } from './planner.ts';
import { SessionVault } from './session-vault.ts';
import { TokenSource } from './token-source.ts';

/** What a client has from its construction on, and keeps from one `open` to the next. */
export interface ClientParts extends HubParts {
  readonly options: ResolvedOptions;
  readonly tokens: TokenSource;
  readonly directory: GatewayDirectory;
  readonly planner: Planner;
  readonly allowance: IdentifyAllowance;
  readonly vault: SessionVault;
}

/**
 * @param setReading stops or starts reading from all sockets
 * @param lifetime of the present `open`: aborted when nothing that was asked is wanted any more
 */
export function clientParts(
  options: ResolvedOptions,
  setReading: (paused: boolean) => void,
  lifetime: () => AbortSignal,
): ClientParts {
  const { token, tokenProvider, timing, identify, gatewayUrl, intents, logger, sessions, sessionStore } =
    options;
  const hub = hubParts(options, setReading);
  const { reporter } = hub;
  const tokens = new TokenSource({ token, provider: tokenProvider, deadlineMs: timing.tokenDeadlineMs });
  const directory = new GatewayDirectory(options, tokens);
  const allowance = new IdentifyAllowance({
    startLimit: identify.startLimit,
    reserve: identify.reserve,
    refresh: gatewayUrl === null ? () => directory.startLimit(lifetime()) : null,
    onLow: (status) => reporter.budgetLow(status),
    onStale: (err) => logger.warn({ err }, 'the session starts left could not be asked for'),
  });
  const vault = new SessionVault({
    ...sessions,
    store: sessionStore,
    intents,
    logger,
    token: () => tokens.current,
    startLimit: () => allowance.status,
    onProblem: (error) => reporter.problem(error),
  });
  return { ...hub, options, tokens, directory, planner: new Planner(options, directory), allowance, vault };
}
