import { useEffect, useRef, useState } from 'react';

/** The value, but not a new one more often than this: what happens in between is caught up with at the end. */
export function useCalm<T>(value: T, intervalMs: number): T {
  const [calm, setCalm] = useState(value);
  const changedAt = useRef(0);
  useEffect(() => {
    const wait = Math.max(0, changedAt.current + intervalMs - performance.now());
    const timer = setTimeout(() => {
      changedAt.current = performance.now();
      setCalm(value);
    }, wait);
    return () => clearTimeout(timer);
  }, [value, intervalMs]);
  return calm;
}
