/** The decisions under test. The simulation calls them through this record, so that a test can put a broken one in. */
import {
  isFreshDispatch,
  judgeIdentify,
  judgeResume,
  noteDispatch,
  spendStart,
  stepConnection,
  stepShard,
} from '@guildhall/protocol';

export interface Machines {
  readonly stepShard: typeof stepShard;
  readonly isFreshDispatch: typeof isFreshDispatch;
  readonly noteDispatch: typeof noteDispatch;
  readonly stepConnection: typeof stepConnection;
  readonly judgeIdentify: typeof judgeIdentify;
  readonly judgeResume: typeof judgeResume;
  readonly spendStart: typeof spendStart;
  /** Where the identify gate's 5 s begin. */
  readonly gateSpacing: 'from-release' | 'from-grant';
}

export const REAL_MACHINES: Machines = {
  stepShard,
  isFreshDispatch,
  noteDispatch,
  stepConnection,
  judgeIdentify,
  judgeResume,
  spendStart,
  gateSpacing: 'from-release',
};
