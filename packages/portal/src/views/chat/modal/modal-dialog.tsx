import { useState } from 'react';
import type { Modal, ModalInput } from '../../../api/components.ts';
import { interactionApi } from '../../../api/interactions.ts';
import type { Snowflake } from '../../../api/types.ts';
import { begin, dismiss } from '../../../state/interactions.ts';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { useForm } from '../../../ui/use-form.ts';
import { Markdown } from '../markdown-view.tsx';
import { usePlace } from '../place.tsx';
import { type Answers, emptyAnswer, fieldsOf } from './modal-answers.ts';
import { ModalField } from './modal-field.tsx';

/** The form that an application shows to one user. Closing it tells the application nothing, as on Discord. */
export function ModalDialog({
  interactionId,
  modal,
  from,
}: {
  readonly interactionId: Snowflake;
  readonly modal: Modal;
  /** Name of the application. */
  readonly from: string;
}) {
  const { channel } = usePlace();
  const form = useForm();
  const [answers, setAnswers] = useState<Answers>(new Map());
  const close = () => dismiss(interactionId);
  const submit = () =>
    form.submit(async () => {
      const values = await fieldsOf(answers, (files) => interactionApi.upload(channel.id, files));
      await begin(() => interactionApi.submitModal(interactionId, values), { what: modal.title });
      close();
    });
  const field = (input: ModalInput, label: string, description?: string) => (
    <ModalField
      input={input}
      label={label}
      description={description}
      answer={answers.get(input.custom_id) ?? emptyAnswer(input)}
      error={form.errorOf(`values.${input.custom_id}`)}
      onAnswer={(answer) => setAnswers((known) => new Map(known).set(input.custom_id, answer))}
    />
  );
  return (
    <FormDialog title={modal.title} action="Submit" isBusy={form.isBusy} onSubmit={submit} onClose={close}>
      <p className="modal-from">What you fill in goes to {from}.</p>
      {modal.components.map((part) => {
        switch (part.type) {
          case 10:
            return (
              <div key={part.id} className="modal-text">
                <Markdown source={part.content} />
              </div>
            );
          case 18:
            return <div key={part.id}>{field(part.component, part.label, part.description)}</div>;
          default:
            return (
              <div key={part.id}>
                {part.components.map((input) => (
                  <div key={input.custom_id}>
                    {field(input, 'label' in input ? (input.label ?? '') : input.custom_id)}
                  </div>
                ))}
              </div>
            );
        }
      })}
    </FormDialog>
  );
}
