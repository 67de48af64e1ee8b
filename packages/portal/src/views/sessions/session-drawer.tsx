import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Application, Session } from '../../api/types.ts';
import { describeClose } from '../../state/close-codes.ts';
import { faultRecords, rates } from '../../state/hall.ts';
import { useStore } from '../../state/store.ts';
import { Age } from '../../ui/age.tsx';
import { IconButton } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { formatBytes, formatMoment, formatNumber, formatTime } from '../../ui/format.ts';
import { Menu } from '../../ui/menu.tsx';
import { Spark } from '../../ui/spark.tsx';
import { compressionOf } from './compression.ts';
import { FramesSection } from './frames/frames-section.tsx';
import { useFrames } from './frames/use-frames.ts';
import { IntentChips } from './intent-chips.tsx';
import { RoundTrip } from './round-trip.tsx';
import type { SessionAct } from './session-dialogs.tsx';
import { sessionMenu } from './session-menu.ts';
import { StateBadge } from './state-badge.tsx';

/** Timers of clients are no finer. */
const PUNCTUAL_MS = 50;

export function SessionDrawer({
  session,
  application,
  onAct,
  onClose,
}: {
  readonly session: Session;
  readonly application: Application | undefined;
  readonly onAct: (act: SessionAct) => void;
  readonly onClose: () => void;
}) {
  const panel = useRef<HTMLElement>(null);
  useEffect(() => panel.current?.focus(), []);
  const broken = useStore(faultRecords).filter(({ sessionId }) => sessionId === session.id);
  const [isPaused, setPaused] = useState(false);
  const frames = useFrames(session.id, isPaused);
  const { shard, library, replayBuffer, closes, connectedAt, expiresAt } = session;
  const { lastHeartbeatAt, heartbeatLateMs } = session;
  const name = application?.name ?? session.applicationId;
  return (
    <aside
      ref={panel}
      className="drawer"
      aria-label={`${name}, shard ${shard[0]}`}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) onClose();
      }}
    >
      <header className="drawer-head">
        <div>
          <h2>
            {name} <span className="quiet">shard {shard.join(' / ')}</span>
          </h2>
          <StateBadge session={session} />
        </div>
        <Menu label="What to do with this session" entries={sessionMenu(session, onAct)} />
        <IconButton icon="close" label="Close the details" onClick={onClose} />
      </header>
      <dl className="facts">
        <Fact label="Session id">
          <code className="clip">{session.id}</code>
          <CopyButton text={session.id} label="Copy session id" />
        </Fact>
        <Fact label="Library">
          {library.browser || '–'} on {library.os || 'unknown'}
          {library.device !== '' && library.device !== library.browser ? `, ${library.device}` : ''}
        </Fact>
        <Fact label="Speaks">
          {session.encoding}, v{session.version}, {compressionOf(session)}
        </Fact>
        <Fact label="Sent to it">
          {formatBytes(session.traffic.sentBytes)}
          {session.compression !== 'none' && (
            <span className="quiet"> in place of {formatBytes(session.traffic.plainBytes)}</span>
          )}
        </Fact>
        <Fact label="Session since">{formatMoment(session.createdAt)}</Fact>
        <Fact label="Connected since">
          {connectedAt === null ? 'not connected' : formatMoment(connectedAt)}
        </Fact>
        {expiresAt !== null && (
          <Fact label="Forgotten in">
            <Age iso={expiresAt} />
          </Fact>
        )}
        <Fact label="Last heartbeat">
          {lastHeartbeatAt === null ? (
            'none yet'
          ) : (
            <>
              <Age iso={lastHeartbeatAt} /> ago
              {heartbeatLateMs !== null && <span className="quiet">, {lateness(heartbeatLateMs)}</span>}
            </>
          )}
        </Fact>
        <Fact label="Round trip">
          <RoundTrip session={session} />
        </Fact>
        <Fact label="Seq">{formatNumber(session.seq)}</Fact>
        <Fact label="Events a second">
          <Spark values={rates.of(session.id)} />
        </Fact>
        <Fact label="Kept for a resume">
          {formatNumber(replayBuffer.events)} of {formatNumber(replayBuffer.maxEvents)} events,{' '}
          {formatBytes(replayBuffer.bytes)}
        </Fact>
      </dl>
      <FramesSection frames={frames} isPaused={isPaused} onPause={setPaused} />
      <section>
        <h3>Intents</h3>
        <IntentChips intents={session.intents} />
      </section>
      <section>
        <h3>Connections that it has outlived</h3>
        {closes.length === 0 ? (
          <p className="card-text">None: this is its first.</p>
        ) : (
          <ol className="history">
            {closes.toReversed().map((close) => {
              const { what, more } = describeClose(close);
              return (
                <li key={`${close.at} ${close.code}`}>
                  <time dateTime={close.at}>{formatTime(close.at)}</time>
                  <div>
                    <p className="event-what">{what}</p>
                    <p className="event-more">{more}</p>
                  </div>
                </li>
              );
            })}
          </ol>
        )}
      </section>
      {broken.length > 0 && (
        <section>
          <h3>Faults that it has met</h3>
          <ol className="history">
            {broken.toReversed().map((record) => (
              <li key={`${record.planId} ${record.at}`}>
                <time dateTime={record.at}>{formatTime(record.at)}</time>
                <code>{record.fault.kind}</code>
              </li>
            ))}
          </ol>
        </section>
      )}
    </aside>
  );
}

/** Against the interval that Hello has named. */
function lateness(ms: number): string {
  if (Math.abs(ms) < PUNCTUAL_MS) return 'on time';
  return ms > 0 ? `${formatNumber(ms)} ms late` : `${formatNumber(-ms)} ms early`;
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
