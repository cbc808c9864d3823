// The choice of a state. One that nobody knows stays as it is unless another is chosen.

import { ChoiceField } from './form_fields.js';
import { statuses, textOf } from './plan.js';
import { statusName } from './terms.js';

// `missing` is the state of what has none, or null.
export function statusField({ missing = 'normal' } = {}) {
    const choices = statuses.map((value) => ({ text: statusName(value), value }));
    return new ChoiceField('status', choices, {
        matches: (value, stored) => value === stored || (value === missing && textOf(stored) === ''),
    });
}
