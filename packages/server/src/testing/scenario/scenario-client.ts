/** The client that a scenario examines, however it is run. */

/** Where it finds the server. */
export interface ClientAddress {
  readonly apiBase: string;
  readonly gatewayUrl: string;
  readonly token: string;
}

export interface RunningClient {
  /** Ends it, and waits until it has. */
  stop(): Promise<void>;
  /** Settles when it ends by itself or is stopped. Never, when nobody can know. */
  readonly exited: Promise<{ readonly code: number | null; readonly how: string }>;
  /** What it has written of late, to explain a failure. */
  readonly output?: readonly string[];
}

/** Starts the client; called once for each `start` of the scenario. */
export type ScenarioClient = (address: ClientAddress) => Promise<RunningClient>;
