import type { Attachment } from '../../../api/types.ts';
import { Cover } from '../cover.tsx';
import { FileCard } from './file-card.tsx';
import { MediaView } from './media-view.tsx';

/** Names that begin so are covered, as on Discord. */
const SPOILER = 'SPOILER_';

/** Pictures as they are, other files as cards. */
export function AttachmentsView({ attachments }: { readonly attachments: readonly Attachment[] }) {
  if (attachments.length === 0) return null;
  return (
    <div className="attachments">
      {attachments.map((attachment) => (
        <Cover key={attachment.id} isOn={attachment.filename.startsWith(SPOILER)}>
          {attachment.content_type?.startsWith('image/') === true ? (
            <MediaView
              media={{ ...attachment, width: attachment.width ?? null, height: attachment.height ?? null }}
              description={attachment.description ?? attachment.filename}
            />
          ) : (
            <FileCard name={nameOfFile(attachment)} size={attachment.size} url={attachment.url} />
          )}
        </Cover>
      ))}
    </div>
  );
}

/** As whoever sent it calls it. */
function nameOfFile({ filename, title }: Attachment): string {
  const dot = filename.lastIndexOf('.');
  return title === undefined ? filename : `${title}${dot > 0 ? filename.slice(dot) : ''}`;
}
