import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { IconButton } from './button.tsx';
import { classNames } from './class-names.ts';
import { Icon, type IconName } from './icon.tsx';
import { type Anchor, placePopover } from './popover.ts';

export type MenuEntry =
  | {
      readonly kind: 'action';
      /** Where several have one label. */
      readonly key?: string;
      readonly label: string;
      readonly note?: string;
      readonly icon?: IconName;
      readonly isDanger?: boolean;
      readonly isDisabled?: boolean;
      readonly run: () => void;
    }
  | { readonly kind: 'heading'; readonly label: string };

/** A button and what it opens, by mouse and by keys. */
export function Menu({
  label,
  icon = 'more',
  entries,
}: {
  readonly label: string;
  readonly icon?: IconName;
  readonly entries: readonly MenuEntry[];
}) {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  return (
    <>
      <IconButton
        ref={button}
        icon={icon}
        label={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => setOpen(true)}
      />
      {isOpen && (
        <MenuEntries
          id={id}
          label={label}
          entries={entries}
          anchor={button.current}
          onClose={() => {
            setOpen(false);
            button.current?.focus();
          }}
        />
      )}
    </>
  );
}

/** What a menu offers, at whatever it belongs to. It takes the focus, and is to be taken away when it closes. */
export function MenuEntries({
  id,
  label,
  entries,
  anchor,
  side = 'end',
  onClose,
}: {
  readonly id: string;
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  readonly anchor: Anchor | null;
  /** Which edges of the two are flush. */
  readonly side?: 'start' | 'end';
  readonly onClose: () => void;
}) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const menu = ref.current;
    if (menu === null || anchor === null) return;
    menu.showPopover();
    placePopover(menu, anchor, side);
    itemsOf(menu)[0]?.focus();
  }, [anchor, side]);
  const onKeyDown = (event: KeyboardEvent) => {
    const items = ref.current === null ? [] : itemsOf(ref.current);
    const at = items.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault();
      event.stopPropagation();
      onClose();
    } else if (to !== undefined) {
      event.preventDefault();
      items[(to + items.length) % items.length]?.focus();
    }
  };
  return (
    <div
      ref={ref}
      id={id}
      className="menu"
      role="menu"
      aria-label={label}
      tabIndex={-1}
      popover="auto"
      onKeyDown={onKeyDown}
      onToggle={(event) => {
        if (event.newState === 'closed') onClose();
      }}
    >
      {entries.map((entry) =>
        entry.kind === 'heading' ? (
          <p key={entry.label} className="menu-heading" role="presentation">
            {entry.label}
          </p>
        ) : (
          <button
            key={entry.key ?? entry.label}
            type="button"
            role="menuitem"
            tabIndex={-1}
            className={classNames('menu-item', entry.isDanger === true && 'menu-item-danger')}
            disabled={entry.isDisabled === true}
            onClick={() => {
              onClose();
              entry.run();
            }}
          >
            {entry.icon !== undefined && <Icon name={entry.icon} size={16} />}
            <span>{entry.label}</span>
            {entry.note !== undefined && <span className="menu-note">{entry.note}</span>}
          </button>
        ),
      )}
    </div>
  );
}

function itemsOf(menu: HTMLElement): HTMLButtonElement[] {
  return [...menu.querySelectorAll<HTMLButtonElement>('[role=menuitem]:not(:disabled)')];
}
