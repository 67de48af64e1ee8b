import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';

/** How Prometheus is told to read the same. */
export function ScrapeDialog({ onClose }: { readonly onClose: () => void }) {
  const text = [
    'scrape_configs:',
    '  - job_name: guildhall',
    '    authorization:',
    '      credentials_file: data/owner.key',
    '    static_configs:',
    `      - targets: ["${location.host}"]`,
  ].join('\n');
  return (
    <Dialog title="For Prometheus" onClose={onClose} actions={<CopyButton text={text} label="Copy" isText />}>
      <p>
        <code>/metrics</code> has the same figures as counters and gauges, for the holder of the owner’s key.
        In <code>prometheus.yml</code>:
      </p>
      <pre className="snippet">{text}</pre>
    </Dialog>
  );
}
