import { IconButton } from '../../../ui/button.tsx';
import { formatBytes } from '../../../ui/format.ts';
import { Icon } from '../../../ui/icon.tsx';

export function FilesToSend({
  files,
  onTakeAway,
}: {
  readonly files: readonly File[];
  readonly onTakeAway: (file: File) => void;
}) {
  return (
    <ul className="files-to-send" aria-label="Files of the message">
      {files.map((file, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two files may be alike
        <li key={index}>
          <Icon name="file" size={16} />
          <span className="file-name">{file.name}</span>
          <span className="file-size">{formatBytes(file.size)}</span>
          <IconButton icon="close" label={`Do not send ${file.name}`} onClick={() => onTakeAway(file)} />
        </li>
      ))}
    </ul>
  );
}
