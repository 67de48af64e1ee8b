import { type ReactNode, useEffect, useId, useRef } from 'react';
import { IconButton } from './button.tsx';

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** What the form of the dialog does; without it there is no form. */
  readonly onSubmit?: () => void;
  readonly actions?: ReactNode;
}

/** Where one begins: in what is to be filled in, else at what changes nothing. */
const FIRST = '.dialog-body :is(input, select, textarea), .dialog-actions button';

/** Modal, and there as long as it is rendered. The browser keeps the focus in it and gives it back. */
export function Dialog({ title, onClose, children, onSubmit, actions }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = ref.current;
    const opener = document.activeElement;
    dialog?.showModal();
    dialog?.querySelector<HTMLElement>(FIRST)?.focus();
    return () => {
      dialog?.close();
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  const content = (
    <>
      <header className="dialog-head">
        <h2 id={titleId}>{title}</h2>
        <IconButton icon="close" label="Close" onClick={onClose} />
      </header>
      <div className="dialog-body">{children}</div>
      {actions !== undefined && <footer className="dialog-actions">{actions}</footer>}
    </>
  );
  return (
    <dialog
      ref={ref}
      className="dialog"
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => {
        if (event.target === ref.current) onClose();
      }}
    >
      {onSubmit === undefined ? (
        <div className="dialog-content">{content}</div>
      ) : (
        <form
          className="dialog-content"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            onSubmit();
          }}
        >
          {content}
        </form>
      )}
    </dialog>
  );
}
