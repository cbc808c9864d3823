// The choice of a task's type: all in view, each with its colour.

import { colorOf } from './colors.js';
import { element, newNodeId } from './dom.js';
import { ChoiceField } from './form_fields.js';
import { texts } from './language.js';
import { isObject } from './merge.js';
import { planOf, textOf, typeEntryOf } from './plan.js';
import { memberName, nameOf } from './terms.js';

const t = texts({
    disabled: [(name) => `${name}（已停用）`, (name) => `${name} (not in use)`],
});

export class TypeField extends ChoiceField {
    #name = newNodeId('type');

    constructor(document) {
        // It has the focus only if it is given to it.
        const control = element('div', { class: 'type-choices', tabindex: '-1' });
        super('type', typesInUse(document).map((type) => ({ text: nameOf(type), value: type })), {
            matches: (type, stored) => type === typeEntryOf(document, { type: stored })?.item,
            describe: (stored) => describe(document, stored),
            control,
            node: element('fieldset', { class: 'field' }, element('legend', {}, memberName('type')), control),
        });
    }

    choicesShow(choices) {
        this.control.replaceChildren(...choices.map(({ text, value }, index) => {
            const background = isObject(value) ? colorOf(value) : 'none';
            return element('label', { class: 'type-choice' },
                element('input', { type: 'radio', name: this.#name, value: String(index) }),
                element('span', { class: 'type-swatch', style: { background } }), text);
        }));
    }

    get entered() {
        return this.control.querySelector(':checked').value;
    }

    set entered(text) {
        this.control.querySelector(`[value="${text}"]`).checked = true;
    }
}

// The first is for new tasks.
export function typesInUse(document) {
    return planOf(document).taskTypes.map(({ item }) => item).filter(({ enabled }) => enabled !== false);
}

function describe(document, stored) {
    const known = typeEntryOf(document, { type: stored });
    if (known !== undefined)
        return t('disabled', nameOf(known.item));
    return isObject(stored) ? nameOf(stored) : textOf(stored);
}
