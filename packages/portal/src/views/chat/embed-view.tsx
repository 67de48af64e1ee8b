import type { ReactNode } from 'react';
import type { Embed } from '../../api/types.ts';
import { classNames } from '../../ui/class-names.ts';
import { formatMoment } from '../../ui/format.ts';
import { Markdown } from './markdown-view.tsx';

/** Pictures are shown as links: the page loads nothing from elsewhere. */
export function EmbedView({ embed }: { readonly embed: Embed }) {
  const { title, url, description, color, author, fields = [], image, thumbnail, footer, timestamp } = embed;
  const edge =
    color === undefined ? undefined : { borderInlineStartColor: `#${color.toString(16).padStart(6, '0')}` };
  return (
    <div className="embed" {...(edge === undefined ? {} : { style: edge })}>
      {author !== undefined && (
        <p className="embed-author">
          <MaybeLink href={author.url}>{author.name}</MaybeLink>
        </p>
      )}
      {title !== undefined && (
        <p className="embed-title">
          <MaybeLink href={url}>{title}</MaybeLink>
        </p>
      )}
      {description !== undefined && (
        <div className="embed-text">
          <Markdown source={description} />
        </div>
      )}
      {fields.length > 0 && (
        <dl className="embed-fields">
          {fields.map(({ name, value, inline }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: names may be alike
            <div key={index} className={classNames(inline !== true && 'embed-field-wide')}>
              <dt>{name}</dt>
              <dd>
                <Markdown source={value} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {[image, thumbnail].map(
        (picture) =>
          picture !== undefined && (
            <p key={picture.url} className="embed-picture">
              <MaybeLink href={picture.url}>{picture.url}</MaybeLink>
            </p>
          ),
      )}
      {(footer !== undefined || timestamp !== undefined) && (
        <p className="embed-footer">
          {footer?.text}
          {footer !== undefined && timestamp !== undefined && ' · '}
          {timestamp !== undefined && formatMoment(timestamp)}
        </p>
      )}
    </div>
  );
}

/** A link to the web, and to nowhere else: a bot may write any URL. */
function MaybeLink({ href, children }: { readonly href: string | undefined; readonly children: ReactNode }) {
  if (href === undefined || !/^https?:\/\//i.test(href)) return children;
  return (
    <a href={href} target="_blank" rel="noreferrer noopener">
      {children}
    </a>
  );
}
