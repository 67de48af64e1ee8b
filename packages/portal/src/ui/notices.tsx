import { dismiss, notices } from '../state/notices.ts';
import { useStore } from '../state/store.ts';
import { IconButton } from './button.tsx';

export function Notices() {
  const shown = useStore(notices);
  return (
    <div className="notices" role="status" aria-live="polite">
      {shown.map(({ key, tone, text }) => (
        <div key={key} className={`notice notice-${tone}`}>
          <span>{text}</span>
          <IconButton icon="close" label="Dismiss" onClick={() => dismiss(key)} />
        </div>
      ))}
    </div>
  );
}
