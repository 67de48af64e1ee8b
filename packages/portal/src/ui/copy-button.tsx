import { useEffect, useState } from 'react';
import { notify } from '../state/notices.ts';
import { Button, IconButton } from './button.tsx';

const SAID_MS = 1_800;

/** @param isText whether it says in words what it does */
export function CopyButton({
  text,
  label,
  isText = false,
}: {
  readonly text: string;
  readonly label: string;
  readonly isText?: boolean;
}) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = setTimeout(() => setCopied(false), SAID_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => notify('bad', 'The browser does not let this page copy. Select the text instead.'),
    );
  };
  const icon = isCopied ? 'check' : 'copy';
  if (!isText) return <IconButton icon={icon} label={isCopied ? 'Copied' : label} onClick={copy} />;
  return (
    <Button icon={icon} look="primary" onClick={copy}>
      {isCopied ? 'Copied' : label}
    </Button>
  );
}
