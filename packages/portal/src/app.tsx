import { Door } from './door.tsx';
import { Shell } from './shell.tsx';
import { entry } from './state/hall.ts';
import { useStore } from './state/store.ts';

export function App() {
  const state = useStore(entry);
  // Nothing at all while the page finds out: that takes less than a flash of it would.
  if (state === 'checking') return null;
  return state === 'in' ? <Shell /> : <Door state={state} />;
}
