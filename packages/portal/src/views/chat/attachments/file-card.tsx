import { formatBytes } from '../../../ui/format.ts';
import { Icon } from '../../../ui/icon.tsx';

const WEB_URL = /^https?:\/\//i;

export function FileCard({
  name,
  size,
  url,
}: {
  readonly name: string;
  /** Bytes. */
  readonly size: number | null;
  readonly url: string;
}) {
  const content = (
    <>
      <Icon name="file" size={26} />
      <span className="file-name">{name}</span>
      {size !== null && <span className="file-size">{formatBytes(size)}</span>}
    </>
  );
  if (!WEB_URL.test(url)) return <p className="file-card">{content}</p>;
  return (
    <a className="file-card" href={url} target="_blank" rel="noreferrer noopener">
      {content}
    </a>
  );
}
