import { createContext, Fragment, type ReactNode, useContext, useMemo, useState } from 'react';
import { formatDay, formatMoment, formatShortTime, formatTime } from '../../ui/format.ts';
import { type Markup, parseMarkdown } from './markdown.ts';

/** What the ids in a message are called. */
export interface Names {
  readonly user: (id: string) => string | undefined;
  readonly role: (id: string) => string | undefined;
  readonly channel: (id: string) => string | undefined;
}

export const NamesContext = createContext<Names>({
  user: () => undefined,
  role: () => undefined,
  channel: () => undefined,
});

export function Markdown({ source }: { readonly source: string }) {
  const tree = useMemo(() => parseMarkdown(source), [source]);
  return <Nodes nodes={tree} />;
}

function Nodes({ nodes }: { readonly nodes: readonly Markup[] }): ReactNode {
  // biome-ignore lint/suspicious/noArrayIndexKey: the tree is made as a whole and has no other names
  return nodes.map((node, index) => <Fragment key={index}>{nodeOf(node)}</Fragment>);
}

function nodeOf(node: Markup): ReactNode {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'break':
      return <br />;
    case 'strong':
      return (
        <strong>
          <Nodes nodes={node.children} />
        </strong>
      );
    case 'emphasis':
      return (
        <em>
          <Nodes nodes={node.children} />
        </em>
      );
    case 'underline':
      return (
        <u>
          <Nodes nodes={node.children} />
        </u>
      );
    case 'strike':
      return (
        <s>
          <Nodes nodes={node.children} />
        </s>
      );
    case 'spoiler':
      return (
        <Spoiler>
          <Nodes nodes={node.children} />
        </Spoiler>
      );
    case 'quote':
      return (
        <blockquote>
          <Nodes nodes={node.children} />
        </blockquote>
      );
    case 'heading':
      // The page has headings of its own; these are only large.
      return (
        <p className={`md-heading md-heading-${node.level}`}>
          <Nodes nodes={node.children} />
        </p>
      );
    case 'list':
      return (
        <ul className="md-list">
          {node.items.map((item, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: as above
            <li key={index}>
              <Nodes nodes={item} />
            </li>
          ))}
        </ul>
      );
    case 'code':
      return <code>{node.text}</code>;
    case 'code-block':
      return (
        <pre className="md-block">
          <code>{node.text}</code>
        </pre>
      );
    case 'link':
      return (
        <a href={node.href} target="_blank" rel="noreferrer noopener">
          <Nodes nodes={node.children} />
        </a>
      );
    case 'user':
    case 'role':
    case 'channel':
      return <Mention kind={node.kind} id={node.id} />;
    case 'everyone':
      return <span className="mention">{node.text}</span>;
    case 'emoji':
      return <span className="custom-emoji">:{node.name}:</span>;
    case 'time':
      return <Moment seconds={node.seconds} style={node.style} />;
  }
}

function Mention({ kind, id }: { readonly kind: 'user' | 'role' | 'channel'; readonly id: string }) {
  const names = useContext(NamesContext);
  const name = names[kind](id);
  const sign = kind === 'channel' ? '#' : '@';
  return <span className="mention">{name === undefined ? `${sign}unknown` : `${sign}${name}`}</span>;
}

function Spoiler({ children }: { readonly children: ReactNode }) {
  const [isShown, setShown] = useState(false);
  if (isShown) return <span className="spoiler spoiler-shown">{children}</span>;
  return (
    <button type="button" className="spoiler" aria-label="Spoiler: show it" onClick={() => setShown(true)}>
      <span aria-hidden="true">{children}</span>
    </button>
  );
}

const MAX_TIME_S = 8_640_000_000_000;

function Moment({ seconds, style }: { readonly seconds: number; readonly style: string }) {
  if (Math.abs(seconds) > MAX_TIME_S) return <code>{`<t:${seconds}:${style}>`}</code>;
  const iso = new Date(seconds * 1_000).toISOString();
  const format = { t: formatShortTime, T: formatTime, d: formatDay, D: formatDay }[style] ?? formatMoment;
  return (
    <time className="moment" dateTime={iso} title={formatMoment(iso)}>
      {format(iso)}
    </time>
  );
}
