import { isDispatchName, Opcode } from '@guildhall/protocol/client';
import type { GatewayDispatchPayload, GatewaySendPayload } from 'discord-api-types/v10';
import type { GatewayCommand } from './command.ts';
import type { Remover } from './emitter.ts';
import { ClientStateError, OptionError } from './errors.ts';
import type { EventContext } from './events.ts';
import type { GatewayClient } from './gateway-client.ts';

export type DispatchListener = (payload: GatewayDispatchPayload, shardId: number) => unknown;

export interface CoreGatewayOptions {
  /** Events to hand over: the others are not even parsed. Default: all, for core does not say which have listeners. */
  readonly events?: readonly string[];
}

/**
 * A client as the `gateway` of `@discordjs/core`, in place of the manager of `@discordjs/ws`. It is opened and closed by
 * its owner; core only listens and sends.
 *
 *     import { CoreGateway } from '@guildhall/client/discordjs-core';
 *
 *     const client = new GatewayClient({ token, intents });
 *     const core = new Client({ rest, gateway: new CoreGateway(client) });
 *     await client.open();
 *
 * @see https://discord.js.org/docs/packages/core/stable/Gateway:Interface
 */
export class CoreGateway {
  readonly #client: GatewayClient;
  readonly #events: readonly string[] | null;
  readonly #removers = new Map<DispatchListener, readonly Remover[]>();

  /** @throws OptionError for the name of an event that is not documented */
  constructor(client: GatewayClient, { events }: CoreGatewayOptions = {}) {
    this.#client = client;
    this.#events = events ?? null;
    for (const name of events ?? []) {
      if (!isDispatchName(name)) throw new OptionError('events', 'a list of names of gateway events');
    }
  }

  /** How many shards the bot has, here and elsewhere. @throws ClientStateError `NOT_OPEN` before that is known */
  getShardCount(): number {
    const { shardCount } = this.#client;
    if (shardCount === null) throw new ClientStateError('NOT_OPEN', 'The client is not open');
    return shardCount;
  }

  on(_event: 'dispatch', listener: DispatchListener): this {
    if (!this.#removers.has(listener)) this.#removers.set(listener, this.#listen(listener));
    return this;
  }

  once(_event: 'dispatch', listener: DispatchListener): this {
    const first: DispatchListener = (payload, shardId) => {
      this.off('dispatch', listener);
      return listener(payload, shardId);
    };
    if (!this.#removers.has(listener)) this.#removers.set(listener, this.#listen(first));
    return this;
  }

  off(_event: 'dispatch', listener: DispatchListener): this {
    for (const remove of this.#removers.get(listener) ?? []) remove();
    this.#removers.delete(listener);
    return this;
  }

  /**
   * As {@link GatewayClient.send}.
   * @throws SendError `NOT_A_COMMAND` for the opcodes that a client sends by itself
   */
  send(shardId: number, payload: GatewaySendPayload): Promise<void> {
    return this.#client.send(shardId, payload as GatewayCommand);
  }

  #listen(listener: DispatchListener): readonly Remover[] {
    const hand = (name: string, data: unknown, { shard, seq }: EventContext): unknown =>
      listener({ op: Opcode.DISPATCH, t: name, s: seq, d: data } as GatewayDispatchPayload, shard);
    if (this.#events === null) return [this.#client.on('*', hand)];
    // One name stands for all: what their data is made of is for core to know.
    const names = this.#events.filter((name): name is 'READY' => isDispatchName(name));
    return names.map((name) => this.#client.on(name, (data, context) => hand(name, data, context)));
  }
}
