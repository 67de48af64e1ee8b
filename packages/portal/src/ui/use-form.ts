import { useState } from 'react';
import { ApiError, messageOf } from '../api/api-error.ts';
import { notify } from '../state/notices.ts';

export interface Form {
  readonly isBusy: boolean;
  /** What the API says of a field. */
  readonly errorOf: (field: string) => string | undefined;
  /** Does it; what is refused is said at its field, or as a notice when no field is named. */
  readonly submit: (action: () => Promise<void>) => Promise<void>;
}

export function useForm(): Form {
  const [isBusy, setBusy] = useState(false);
  const [fields, setFields] = useState<ReadonlyMap<string, string>>(new Map());
  return {
    isBusy,
    errorOf: (field) => fields.get(field),
    submit: async (action) => {
      setBusy(true);
      setFields(new Map());
      try {
        await action();
      } catch (error) {
        // What concerns the whole has no field to be said at.
        if (error instanceof ApiError && error.fields.size > 0 && !error.fields.has(''))
          setFields(error.fields);
        else notify('bad', messageOf(error));
      } finally {
        setBusy(false);
      }
    },
  };
}
