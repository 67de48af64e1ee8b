import type { ReactNode } from 'react';
import type { Button as ButtonPart, Component } from '../../../api/components.ts';
import { interactionApi } from '../../../api/interactions.ts';
import type { Message } from '../../../api/types.ts';
import { begin, componentUses } from '../../../state/interactions.ts';
import { attempt } from '../../../state/notices.ts';
import { useStore } from '../../../state/store.ts';
import { classNames } from '../../../ui/class-names.ts';
import { Picker } from '../../../ui/picker.tsx';
import { FileCard } from '../attachments/file-card.tsx';
import { MediaView } from '../attachments/media-view.tsx';
import { Cover } from '../cover.tsx';
import { Markdown } from '../markdown-view.tsx';
import { usePlace } from '../place.tsx';
import { emojiText, presetOf, selectBounds, selectChoices } from './select-choices.tsx';

const LOOKS: Readonly<Record<number, string>> = {
  1: 'component-primary',
  3: 'component-success',
  4: 'component-danger',
};
const LINK = 5;
const WEB_URL = /^https?:\/\//i;

/** The components of a message, of both generations. */
export function ComponentsView({ message }: { readonly message: Message }) {
  const failed = useStore(componentUses).get(message.id)?.state === 'failed';
  return (
    <div className="components">
      <Parts message={message} components={message.components} />
      {failed && (
        <p className="component-failed" role="status">
          This interaction failed
        </p>
      )}
    </div>
  );
}

interface PartsProps {
  readonly message: Message;
  readonly components: readonly Component[];
}

export function Parts({ message, components }: PartsProps): ReactNode {
  return components.map((component, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: an edit replaces them all, and not each kind has a name
    <Part key={index} message={message} component={component} />
  ));
}

function Part({
  message,
  component,
}: {
  readonly message: Message;
  readonly component: Component;
}): ReactNode {
  switch (component.type) {
    case 1:
      return (
        <div className="component-row">
          <Parts message={message} components={component.components} />
        </div>
      );
    case 2:
      return <ButtonView message={message} button={component} />;
    case 3:
    case 5:
    case 6:
    case 7:
    case 8:
      return <SelectView message={message} select={component} />;
    case 9:
      return (
        <div className="component-section">
          <div className="component-section-text">
            <Parts message={message} components={component.components} />
          </div>
          <Part message={message} component={component.accessory} />
        </div>
      );
    case 10:
      return (
        <div className="message-content">
          <Markdown source={component.content} />
        </div>
      );
    case 11:
      return (
        <Cover isOn={component.spoiler === true}>
          <MediaView media={component.media} description={component.description} isSmall />
        </Cover>
      );
    case 12:
      return (
        <div className={classNames('gallery', component.items.length > 1 && 'gallery-many')}>
          {component.items.map(({ media, description, spoiler }) => (
            <Cover key={media.url} isOn={spoiler === true}>
              <MediaView media={media} description={description} />
            </Cover>
          ))}
        </div>
      );
    case 13:
      return (
        <FileCard
          name={component.name ?? component.file.url}
          size={component.size}
          url={component.file.url}
        />
      );
    case 14:
      return (
        <hr
          className={classNames(
            'component-separator',
            component.divider === false && 'component-separator-blank',
            component.spacing === 2 && 'component-separator-wide',
          )}
        />
      );
    case 17: {
      const { accent_color: color } = component;
      const edge = color == null ? {} : { style: { borderInlineStartColor: hex(color) } };
      return (
        <Cover isOn={component.spoiler === true}>
          <div className={classNames('component-container', color != null && 'component-accent')} {...edge}>
            <Parts message={message} components={component.components} />
          </div>
        </Cover>
      );
    }
  }
}

function ButtonView({ message, button }: { readonly message: Message; readonly button: ButtonPart }) {
  const use = useComponent(message, button.custom_id);
  const { style, label, emoji, url, disabled } = button;
  const content = (
    <>
      {emoji !== undefined && <span>{emojiText(emoji)}</span>}
      {label !== undefined && <span>{label}</span>}
    </>
  );
  if (style === LINK && url !== undefined && WEB_URL.test(url) && disabled !== true) {
    return (
      <a className="button component-button" href={url} target="_blank" rel="noreferrer noopener">
        {content}
        <span aria-hidden="true">↗</span>
      </a>
    );
  }
  return (
    <button
      type="button"
      className={classNames('button component-button', LOOKS[style])}
      disabled={disabled === true || button.custom_id === undefined || !use.canUse}
      aria-busy={use.isPending || undefined}
      onClick={() => use.run()}
    >
      {content}
    </button>
  );
}

function SelectView({
  message,
  select,
}: {
  readonly message: Message;
  readonly select: Extract<Component, { readonly type: 3 | 5 | 6 | 7 | 8 }>;
}) {
  const place = usePlace();
  const use = useComponent(message, select.custom_id);
  const { min, max } = selectBounds(select);
  return (
    <Picker
      label={select.placeholder ?? 'Make a selection'}
      placeholder={select.placeholder ?? 'Make a selection'}
      choices={selectChoices(place, select)}
      chosen={presetOf(select)}
      min={min}
      max={max}
      isDisabled={select.disabled === true || !use.canUse}
      isBusy={use.isPending}
      onChange={(values) => use.run(values)}
    />
  );
}

/** What the chosen user does with a component. */
function useComponent(message: Message, customId: string | undefined) {
  const { channel, as } = usePlace();
  const use = useStore(componentUses).get(message.id);
  return {
    canUse: as !== null,
    isPending: use?.state === 'pending' && use.customId === customId,
    run: (values?: readonly string[]) => {
      if (as === null || customId === undefined) return;
      const body = { user_id: as.id, custom_id: customId, ...(values === undefined ? {} : { values }) };
      void attempt(() =>
        begin(() => interactionApi.pressComponent(channel.id, message.id, body), {
          what: customId,
          component: { messageId: message.id, customId },
        }),
      );
    },
  };
}

function hex(color: number): string {
  return `#${color.toString(16).padStart(6, '0')}`;
}
