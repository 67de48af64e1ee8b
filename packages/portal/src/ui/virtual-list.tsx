import {
  type AriaRole,
  type ReactNode,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { offsetsOf, rowAt } from './offsets.ts';

export interface VirtualListProps<T> {
  readonly items: readonly T[];
  readonly keyOf: (item: T) => string;
  /** Height of a row that has not been seen yet, in pixels. */
  readonly estimatePx: number;
  readonly children: (item: T, index: number) => ReactNode;
  readonly role: AriaRole;
  readonly rowRole: AriaRole;
  readonly label?: string;
  readonly className?: string;
  /** Begins at the end, and stays there while new rows come, unless the user has scrolled away. */
  readonly isAtEnd?: boolean;
  /** A row to show, each time that another object comes. */
  readonly jump?: { readonly key: string } | null;
  /** The first rows have come into sight. */
  readonly onStart?: () => void;
  /** The last rows have. */
  readonly onEnd?: () => void;
}

const OVERSCAN_PX = 400;
const END_SLACK_PX = 48;
/** How much of the view is above the row that one has jumped to. */
const JUMP_SHARE = 0.3;

/** What keeps the eye's place when rows above it come, go or change their height. */
interface Anchor {
  readonly key: string | null;
  readonly delta: number;
  readonly isEnd: boolean;
}

/** Renders the rows in sight only, however many there are and however high each is. */
export function VirtualList<T>(props: VirtualListProps<T>) {
  const {
    items,
    keyOf,
    estimatePx,
    children,
    role,
    rowRole,
    label,
    className,
    isAtEnd = false,
    jump = null,
    onStart,
    onEnd,
  } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const heights = useRef(new Map<string, number>());
  const anchor = useRef<Anchor>({ key: null, delta: 0, isEnd: isAtEnd });
  const [measured, setMeasured] = useState(0);
  const [view, setView] = useState({ top: 0, height: 800 });

  const keys = useMemo(() => items.map(keyOf), [items, keyOf]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `measured` says that the heights have changed
  const offsets = useMemo(() => offsetsOf(keys, heights.current, estimatePx), [keys, estimatePx, measured]);
  const total = offsets.at(-1) ?? 0;

  const look = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    const { scrollTop, clientHeight, scrollHeight } = element;
    const first = rowAt(offsets, scrollTop);
    anchor.current = {
      key: keys[first] ?? null,
      delta: scrollTop - (offsets[first] ?? 0),
      isEnd: isAtEnd && scrollHeight - scrollTop - clientHeight < END_SLACK_PX,
    };
    setView((seen) =>
      seen.top === scrollTop && seen.height === clientHeight
        ? seen
        : { top: scrollTop, height: clientHeight },
    );
  }, [offsets, keys, isAtEnd]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const { key, delta, isEnd } = anchor.current;
    const index = key === null ? -1 : keys.indexOf(key);
    if (isEnd) element.scrollTop = total;
    else if (index >= 0) element.scrollTop = (offsets[index] ?? 0) + delta;
    look();
  }, [offsets, keys, total, look]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each jump, and not when rows change their height
  useLayoutEffect(() => {
    const element = scroller.current;
    const index = jump === null ? -1 : keys.indexOf(jump.key);
    if (element === null || index < 0) return;
    element.scrollTop = (offsets[index] ?? 0) - element.clientHeight * JUMP_SHARE;
    look();
  }, [jump]);

  const observer = useMemo(
    () =>
      new ResizeObserver((entries) => {
        let changed = false;
        for (const { target, borderBoxSize } of entries) {
          const key = target instanceof HTMLElement ? target.dataset.key : undefined;
          const height = borderBoxSize[0]?.blockSize;
          if (key === undefined || height === undefined || heights.current.get(key) === height) continue;
          heights.current.set(key, height);
          changed = true;
        }
        if (changed) setMeasured((count) => count + 1);
      }),
    [],
  );
  useEffect(() => () => observer.disconnect(), [observer]);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const resize = new ResizeObserver(look);
    resize.observe(element);
    return () => resize.disconnect();
  }, [look]);

  const from = rowAt(offsets, view.top - OVERSCAN_PX);
  const to = Math.min(items.length, rowAt(offsets, view.top + view.height + OVERSCAN_PX) + 1);
  useEffect(() => {
    if (from === 0 && items.length > 0) onStart?.();
  }, [from, items.length, onStart]);
  useEffect(() => {
    if (to === items.length && items.length > 0) onEnd?.();
  }, [to, items.length, onEnd]);

  const measure = useCallback(
    (element: HTMLDivElement | null) => {
      if (element === null) return undefined;
      observer.observe(element);
      return () => observer.unobserve(element);
    },
    [observer],
  );
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: whoever gives a name gives a role that has one
    <div ref={scroller} className={className} role={role} aria-label={label} tabIndex={0} onScroll={look}>
      <div className="virtual-space" role="presentation" style={{ height: total }}>
        {items.slice(from, to).map((item, index) => (
          <div
            key={keys[from + index]}
            ref={measure}
            role={rowRole}
            data-key={keys[from + index]}
            className="virtual-row"
            style={{ transform: `translateY(${offsets[from + index] ?? 0}px)` }}
          >
            {children(item, from + index)}
          </div>
        ))}
      </div>
    </div>
  );
}
