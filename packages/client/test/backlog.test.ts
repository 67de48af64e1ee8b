import assert from 'node:assert/strict';
import { afterEach, describe, mock, test } from 'node:test';
import { OverloadError } from '@guildhall/client';
import { Backlog, type BacklogState } from '../src/backlog.ts';
import { HandledSeq } from '../src/handled-seq.ts';
import { type HandlingOptions, resolveHandling } from '../src/handling-options.ts';

function rig(options: HandlingOptions) {
  const told: (BacklogState | boolean)[] = [];
  const problems: Error[] = [];
  const backlog = new Backlog(resolveHandling(options), {
    setReading: (paused) => told.push(paused),
    changed: ({ state }) => told.push(state),
    problem: (error) => problems.push(error),
  });
  const to = (queued: number): (BacklogState | boolean)[] => {
    while (backlog.status.queued < queued) backlog.add();
    while (backlog.status.queued > queued) backlog.remove();
    return told.splice(0);
  };
  return { backlog, to, told, problems };
}

describe('the backlog', () => {
  afterEach(() => mock.timers.reset());

  test('pauses reading at the high-water mark, and reads again at the low one', () => {
    const { backlog, to } = rig({ highWaterMark: 10, lowWaterMark: 4 });
    assert.deepEqual(to(9), []);
    assert.deepEqual(to(10), [true, 'paused']);
    assert.deepEqual(to(14), []);
    assert.deepEqual(to(5), []);
    assert.deepEqual(to(4), [false, 'clear']);
    assert.deepEqual(to(9), []);
    assert.deepEqual(to(10), [true, 'paused']);
    to(0);
    const { peak, pauses, queued, state } = backlog.status;
    assert.deepEqual([peak, pauses, queued, state], [14, 2, 0, 'clear']);
  });

  test('sheds the chosen events first, counts them, and pauses at twice the mark', () => {
    const { backlog, to } = rig({ highWaterMark: 10, lowWaterMark: 4, shed: ['TYPING_START'] });
    assert.equal(backlog.sheds('TYPING_START'), false);
    assert.deepEqual(to(10), ['shedding']);
    assert.equal(backlog.sheds('TYPING_START'), true);
    assert.equal(backlog.sheds('MESSAGE_CREATE'), false);
    assert.deepEqual(to(20), [true, 'paused']);
    assert.equal(backlog.sheds('TYPING_START'), true, 'what one read still holds');
    assert.deepEqual(to(11), []);
    assert.deepEqual(to(10), [false, 'shedding']);
    assert.deepEqual(to(5), []);
    assert.deepEqual(to(4), ['clear']);
    assert.equal(backlog.sheds('TYPING_START'), false);
    assert.deepEqual(backlog.status.shed, { TYPING_START: 2 });
  });

  test('is paused as long as anybody holds it', () => {
    const { backlog, told } = rig({});
    backlog.hold();
    backlog.hold();
    backlog.release();
    assert.deepEqual(told.splice(0), [true, 'paused']);
    backlog.release();
    assert.deepEqual(told, [false, 'clear']);
  });

  test('says so when nothing is read and nobody finishes anything', () => {
    mock.timers.enable({ apis: ['setInterval'] });
    const { backlog, problems, to, told } = rig({ highWaterMark: 2, lowWaterMark: 0 });
    to(2);
    mock.timers.tick(30_000);
    assert.ok(problems[0] instanceof OverloadError);
    assert.equal(problems[0].code, 'OVERLOAD_STUCK');
    backlog.remove();
    mock.timers.tick(30_000);
    assert.equal(problems.length, 1, 'it goes on, slowly');
    mock.timers.tick(30_000);
    assert.equal(problems.length, 2);
    backlog.stop();
    mock.timers.tick(90_000);
    assert.equal(problems.length, 2, 'the client is closed');
    told.splice(0);
    backlog.start();
    assert.deepEqual(told, [true], 'new sockets are not read either');
    mock.timers.tick(30_000);
    assert.equal(problems.length, 3);
    backlog.remove();
    backlog.start();
    mock.timers.tick(90_000);
    assert.equal(problems.length, 3, 'it reads again');
  });
});

describe('the number of the last handled event', () => {
  test('stays before the first one that has a handler at work', () => {
    const handled = new HandledSeq();
    assert.equal(handled.upTo(7), 7);
    handled.begin(8);
    handled.begin(8);
    handled.begin(10);
    assert.equal(handled.upTo(12), 7);
    handled.done(8);
    assert.equal(handled.upTo(12), 7);
    handled.done(8);
    assert.equal(handled.upTo(12), 9);
    handled.done(10);
    assert.equal(handled.upTo(12), 12);
  });
});
