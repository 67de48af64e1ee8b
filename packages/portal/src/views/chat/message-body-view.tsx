import type { MessageBody } from '../../api/types.ts';
import { formatMoment } from '../../ui/format.ts';
import { AttachmentsView } from './attachments/attachments-view.tsx';
import { EmbedView } from './embed-view.tsx';
import { Markdown } from './markdown-view.tsx';
import { StickerView } from './sticker-view.tsx';

/** Text, pictures, files and stickers of a message, or of one that was forwarded. */
export function MessageBodyView({ body }: { readonly body: MessageBody }) {
  const { content, edited_timestamp: edited, embeds, attachments, sticker_items: stickers = [] } = body;
  return (
    <>
      {(content !== '' || edited !== null) && (
        <div className="message-content">
          <Markdown source={content} />
          {edited !== null && (
            <time className="edited" dateTime={edited} title={formatMoment(edited)}>
              {' '}
              (edited)
            </time>
          )}
        </div>
      )}
      <AttachmentsView attachments={attachments} />
      {embeds.map((embed, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: embeds have no other name, and an edit replaces them all
        <EmbedView key={index} embed={embed} />
      ))}
      {stickers.map((sticker) => (
        <StickerView key={sticker.id} sticker={sticker} />
      ))}
    </>
  );
}
