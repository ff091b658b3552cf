import { Validator } from '@cfworker/json-schema';
import Form from '@rjsf/mantine';
import {
  createErrorHandler,
  type RJSFSchema,
  toErrorSchema,
  unwrapErrorHandler,
  type ValidatorType,
} from '@rjsf/utils';

/** Checks by a small interpreter of JSON Schema: one that compiles needs `eval`, which pages may not use. */
const validator: ValidatorType = {
  validateFormData(formData, schema, customValidate) {
    const { errors } = validator.rawValidation(schema, formData) as {
      errors: { message: string; property: string; stack: string }[];
    };
    const errorSchema = toErrorSchema(errors);
    if (!customValidate) return { errors, errorSchema };
    const handled = customValidate(formData, createErrorHandler(formData));
    return { errors, errorSchema: { ...errorSchema, ...unwrapErrorHandler(handled) } };
  },
  isValid: (schema, formData) => new Validator(schema as never, '2020-12').validate(formData).valid,
  rawValidation(schema, formData) {
    const { errors } = new Validator(schema as never, '2020-12', false).validate(formData);
    return {
      errors: errors
        // What a part fails makes its parents fail too; the part says it best.
        .filter(({ keyword }) => keyword !== 'properties' && keyword !== 'items')
        .map(({ error, instanceLocation }) => ({
          message: error,
          property: instanceLocation.replace(/^#/, '').replaceAll('/', '.'),
          stack: error,
        })) as never,
    };
  },
};

const HIDDEN = { 'ui:submitButtonOptions': { norender: true } };

/** The form of a contract. The database has the last word on what meets it. */
export default function ContractForm({
  schema,
  value,
  change,
}: {
  schema: Record<string, unknown>;
  value: unknown;
  change: (value: unknown) => void;
}) {
  return (
    <Form
      schema={schema as RJSFSchema}
      uiSchema={HIDDEN}
      formData={value}
      validator={validator}
      showErrorList={false}
      liveValidate="onBlur"
      tagName="div"
      onChange={({ formData }) => change(formData)}
    />
  );
}
