import { classNames } from '../../../ui/class-names.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { formatBytes, formatTime } from '../../../ui/format.ts';
import { Icon } from '../../../ui/icon.tsx';
import { nameOfFrame } from './frame-names.ts';
import type { HeldFrame } from './use-frames.ts';

export function FrameRow({
  frame,
  isOpen,
  onToggle,
}: {
  readonly frame: HeldFrame;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}) {
  const { from, at, seenAt, s, bytes } = frame;
  const time = at ?? seenAt;
  const name = nameOfFrame(frame);
  return (
    <article className="frame" aria-label={`${name} from the ${from}`}>
      <button type="button" className="frame-head" aria-expanded={isOpen} onClick={onToggle}>
        <Icon name={isOpen ? 'down' : 'next'} size={14} />
        <span className={classNames('frame-way', `frame-way-${from}`)}>
          <span aria-hidden="true">{from === 'server' ? '↓' : '↑'}</span>
          <span className="unseen">from the {from}</span>
        </span>
        <span className="frame-name">{name}</span>
        {s !== null && <span className="frame-note">s {s}</span>}
        {bytes !== null && <span className="frame-note">{formatBytes(bytes)}</span>}
        <span className="frame-time">
          {time === null ? '' : `${at === null ? '≤ ' : ''}${formatTime(time)}`}
        </span>
      </button>
      {isOpen && <FrameContent frame={frame} />}
    </article>
  );
}

function FrameContent({ frame }: { readonly frame: HeldFrame }) {
  const { key: _, seenAt: __, at: ___, bytes, wireBytes, from, close, ...payload } = frame;
  const text = JSON.stringify(close ?? payload, null, 2);
  const isLeftOut = bytes !== null && close === null && payload.d === null;
  return (
    <div className="frame-content">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keys */}
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
      <CopyButton text={text} label="Copy the JSON" />
      {wireBytes !== null && (
        <p className="frame-size">
          {formatBytes(bytes ?? 0)} of JSON, {formatBytes(wireBytes)} on the wire
        </p>
      )}
      {isLeftOut && <p className="frame-size">`d` is null, or too large to be shown here.</p>}
    </div>
  );
}
