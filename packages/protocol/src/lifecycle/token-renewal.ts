/** What follows when the gateway refuses the token (4004) and somebody may know another. */
import { CloseCode } from '../close-codes.ts';
import type { ShardState, ShardStep } from './shard-state.ts';
import { arm, emit, enter, quiet, stop, wait } from './transitions.ts';

/** Once: a token that was asked for and is refused as well is the last. READY and RESUMED clear the record. */
export function mayRenewToken({ setup, tokenRenewed }: ShardState): boolean {
  return setup.renewsToken && !tokenRenewed;
}

/** A token that was reset has ended every session with it. */
export function renewToken(before: ShardState): ShardStep {
  const { epoch, session, setup } = before;
  const state = { ...before, session: null, hostFailures: 0, silentResumes: 0 };
  const code = CloseCode.AUTHENTICATION_FAILED;
  return enter(state, { name: 'renewing' }, [
    ...quiet(before),
    emit({ type: 'disconnected', cause: 'token-rejected', code, next: 'identify', times: 0 }),
    ...(session === null ? [] : [emit({ type: 'session-lost' })]),
    arm(state, 'deadline', setup.timing.tokenDeadlineMs),
    { type: 'renew-token', epoch },
  ]);
}

export function comeBackWithToken(state: ShardState): ShardStep {
  return wait({ ...state, tokenRenewed: true }, [{ type: 'cancel', timer: 'deadline' }], {
    minMs: 0,
    maxMs: state.setup.timing.backoffBaseMs,
  });
}

export function stopWithoutToken(state: ShardState): ShardStep {
  const closeCode = CloseCode.AUTHENTICATION_FAILED;
  const reason = { code: 'AUTHENTICATION_FAILED', closeCode, scope: 'application' } as const;
  return stop(state, { ...reason, cause: 'token-rejected', times: 1 }, []);
}
