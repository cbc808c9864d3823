// The choice of a task's type: all in view, each with its colour.

import { colorOf } from './colors.js';
import { element } from './dom.js';
import { ChoiceField } from './form_fields.js';
import { texts } from './language.js';
import { isObject } from './merge.js';
import { namesOf, planOf, textOf } from './plan.js';
import { memberName, unnamed } from './terms.js';

const t = texts({
    none: ['未指定', 'None'],
    disabled: [(name) => `${name}（已停用）`, (name) => `${name} (not in use)`],
});

let made = 0;

export class TypeField extends ChoiceField {
    #name = `type-${++made}`;

    constructor(document) {
        const control = element('div', { class: 'type-choices' });
        const node = element('fieldset', { class: 'field' }, element('legend', {}, memberName('type')), control);
        super('type', typeChoices(document), {
            matches: (value, stored) => isObject(stored) && value.id === stored.id,
            describe: (stored) => describe(document, stored),
            control, node,
        });
    }

    choicesShow(choices) {
        this.control.replaceChildren(...choices.map(({ entry, text, value }) => {
            const background = isObject(value) ? colorOf(value) : 'none';
            return element('label', { class: 'type-choice' },
                element('input', { type: 'radio', name: this.#name, value: entry }),
                element('span', { class: 'type-swatch', style: { background } }), text);
        }));
    }

    get entered() {
        return this.control.querySelector('input:checked')?.value ?? '';
    }

    set entered(text) {
        for (const radio of this.control.querySelectorAll('input'))
            radio.checked = radio.value === text;
    }
}

// The first type in use, for new tasks; undefined if there is none.
export function firstType(document) {
    return typeChoices(document)[0]?.value;
}

function typeChoices(document) {
    return planOf(document).taskTypes.filter(({ item }) => item.enabled !== false)
        .map(({ item }) => ({ text: textOf(item.name) || unnamed(), value: item }));
}

function describe(document, stored) {
    const known = isObject(stored) && planOf(document).taskTypes.find(({ item }) => item.id === stored.id);
    if (known)
        return t('disabled', textOf(known.item.name) || unnamed());
    return namesOf(stored)[0] ?? (isObject(stored) ? unnamed() : t('none'));
}
