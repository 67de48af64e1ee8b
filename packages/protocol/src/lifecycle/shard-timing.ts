/**
 * Everything a shard's lifecycle can be tuned by. What ends in `Ms` is in milliseconds, 0..2^31-1 (deadlines from 1);
 * the others are counts from 1. Each phase that waits for somebody has a deadline of its own.
 */
export interface ShardTiming {
  /** DNS, TCP and TLS together. Default 10000: three lost SYNs (1, 2 and 4 s) still get through. */
  readonly connectDeadlineMs: number;
  /** From the secured connection to the answer to the upgrade request. Default 10000. */
  readonly upgradeDeadlineMs: number;
  /** From the open WebSocket to HELLO. Default 20000: the gateway sends it unasked, but an overloaded one late. */
  readonly helloDeadlineMs: number;
  /** From IDENTIFY to READY. Default 30000: Discord may answer late in an outage, and each new try costs a start. */
  readonly readyDeadlineMs: number;
  /** Longest silence between RESUME and RESUMED; a replayed event starts it anew. Default 20000. */
  readonly resumedDeadlineMs: number;
  /**
   * Longest silence after a heartbeat; any frame breaks it, for a flood of events may hold up an acknowledgement.
   * Default 8000, at most half the interval. Heartbeats are sent that much earlier than HELLO asks, so that a dead
   * connection is found out within one interval, and a slow one is not taken for dead.
   */
  readonly ackDeadlineMs: number;
  /** From our close frame to the server's; the socket is then cut off. Default 2000: a user waits for it. */
  readonly closeDeadlineMs: number;
  /** How long a new token may be waited for after the present one was refused. Default 30000. */
  readonly tokenDeadlineMs: number;

  /**
   * From a deadline to the moment when it is acted upon: an event loop that was blocked reads its sockets meanwhile.
   * Default 100.
   */
  readonly secondLookMs: number;

  /** Upper end of the first reconnect's random delay; doubles with each failure. Default 1000. */
  readonly backoffBaseMs: number;
  /** Where it stops doubling. Default 60000: sessions that may be resumed are kept for a few minutes only. */
  readonly backoffCapMs: number;
  /**
   * As `backoffCapMs`, where each attempt costs a session start; doubles with each of those alone. Default 300000: 288
   * starts of the day's 1000.
   */
  readonly identifyBackoffCapMs: number;
  /**
   * How long a shard must be live before its failures are forgotten; READY alone forgives nothing. Default 300000:
   * a session that dies each time just after that costs 288 starts of the day's 1000.
   */
  readonly stableMs: number;
  /**
   * Equal ends in a row, told by the gateway to a shard that had been live and was not stable yet, that make a loop:
   * from here on at least half of each pause is waited. Default 3.
   */
  readonly loopKicks: number;
  /** Ceiling of a loop's first pause where each turn costs a session start. Default 60000: 3 starts in 30 s. */
  readonly loopIdentifyMs: number;
  /**
   * Turns of a loop after which the shard is quarantined. Default 60: at least 27 minutes. An outage, where nobody
   * answers or the network fails, is no loop, however long.
   */
  readonly quarantineKicks: number;
  /** As `quarantineKicks`, for the turns that began with a READY. Default 20: at least 38 minutes. */
  readonly quarantineStarts: number;

  /** Random wait before identifying again after op 9 `d:false`. Default 1000..5000, as the docs once asked for. */
  readonly invalidSessionMinMs: number;
  readonly invalidSessionMaxMs: number;
  /** Failures in a row of one host before a session is resumed through the other: resume host, base URL. Default 2. */
  readonly resumeHostFailures: number;
  /**
   * Resumes in a row that the gateway leaves without answer, or closes without a verdict on the session, before the
   * session is given up. Default 12: with the pauses between them longer than any gateway keeps a session.
   */
  readonly silentResumes: number;
  /** 4003 before READY/RESUMED in a row before the shard stops. Default 3. */
  readonly earlyRejections: number;
}

export const DEFAULT_SHARD_TIMING: ShardTiming = {
  connectDeadlineMs: 10_000,
  upgradeDeadlineMs: 10_000,
  helloDeadlineMs: 20_000,
  readyDeadlineMs: 30_000,
  resumedDeadlineMs: 20_000,
  ackDeadlineMs: 8_000,
  closeDeadlineMs: 2_000,
  tokenDeadlineMs: 30_000,
  secondLookMs: 100,
  backoffBaseMs: 1_000,
  backoffCapMs: 60_000,
  identifyBackoffCapMs: 300_000,
  stableMs: 300_000,
  loopKicks: 3,
  loopIdentifyMs: 60_000,
  quarantineKicks: 60,
  quarantineStarts: 20,
  invalidSessionMinMs: 1_000,
  invalidSessionMaxMs: 5_000,
  resumeHostFailures: 2,
  silentResumes: 12,
  earlyRejections: 3,
};
