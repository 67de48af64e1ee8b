import { memo } from 'react';
import type { Application, Session } from '../../api/types.ts';
import { Age } from '../../ui/age.tsx';
import { Avatar } from '../../ui/avatar.tsx';
import { classNames } from '../../ui/class-names.ts';
import { formatNumber } from '../../ui/format.ts';
import { Menu } from '../../ui/menu.tsx';
import { Spark } from '../../ui/spark.tsx';
import { compressionOf } from './compression.ts';
import { IntentChips } from './intent-chips.tsx';
import type { SessionAct } from './session-dialogs.tsx';
import { sessionMenu } from './session-menu.ts';
import { StateBadge } from './state-badge.tsx';

/** Seconds over which the figure is an average. */
const AVERAGE_S = 5;

export const SessionRow = memo(function SessionRow({
  session,
  application,
  rate,
  isOpen,
  onOpen,
  onAct,
}: {
  readonly session: Session;
  readonly application: Application | undefined;
  /** Events a second, oldest first. */
  readonly rate: readonly number[];
  readonly isOpen: boolean;
  readonly onOpen: (session: Session) => void;
  readonly onAct: (act: SessionAct) => void;
}) {
  const { shard, library, seq, lastHeartbeatAt, replayBuffer, encoding, version } = session;
  const name = application?.name ?? session.applicationId;
  const average = rate.slice(-AVERAGE_S).reduce((sum, count) => sum + count, 0) / AVERAGE_S;
  const fill = Math.min(1, replayBuffer.events / replayBuffer.maxEvents);
  return (
    <div className={classNames('session-grid', 'table-row', isOpen && 'table-row-open')} role="presentation">
      <div role="cell" className="cell-session">
        <Avatar id={session.applicationId} name={name} size={30} isSquare />
        <button type="button" className="cell-link" onClick={() => onOpen(session)}>
          <span className="cell-name">{name}</span>
          <span className="cell-note">
            shard {shard[0]} / {shard[1]}
          </span>
          <span className="unseen">, details</span>
        </button>
      </div>
      <div role="cell" className="cell-library" title={library.os}>
        {library.browser || '–'}
      </div>
      <div role="cell">
        <StateBadge session={session} />
      </div>
      <div role="cell" className="cell-chips">
        <IntentChips intents={session.intents} isShort />
      </div>
      <div role="cell" className="cell-clip">
        <span className="cell-name">
          {encoding} · v{version}
        </span>
        <span className="cell-note">{compressionOf(session)}</span>
      </div>
      <div role="cell" className="cell-number">
        {formatNumber(seq)}
      </div>
      <div role="cell" className="cell-rate">
        <Spark values={rate} />
        <span className="cell-number">{average < 10 ? average.toFixed(1) : Math.round(average)}</span>
      </div>
      <div role="cell" className="cell-number">
        {lastHeartbeatAt === null ? '–' : <Age iso={lastHeartbeatAt} />}
      </div>
      <div
        role="cell"
        className="cell-replay"
        title={`${formatNumber(replayBuffer.events)} of ${formatNumber(replayBuffer.maxEvents)} events kept`}
      >
        <span className="bar">
          <span className="bar-fill" style={{ width: `${Math.max(fill * 100, 2)}%` }} />
        </span>
        <span className="cell-note">{Math.round(fill * 100)} %</span>
      </div>
      <div role="cell" className="cell-menu">
        <Menu label={`What to do with ${name}, shard ${shard[0]}`} entries={sessionMenu(session, onAct)} />
      </div>
    </div>
  );
});
