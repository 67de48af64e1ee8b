import type { TrafficTotals } from './control.ts';

/** What has gone through a gateway since it began: plain counts, so that an event costs no more than an addition. */
export class Traffic implements TrafficTotals {
  worldEvents = 0;
  deliveries = 0;
  received = 0;
  sentBytes = 0;
  plainBytes = 0;
}
