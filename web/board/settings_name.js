// A field for a name in the settings, and below it what is wrong with what was typed.

import { element, newNodeId, textSet } from './dom.js';
import { texts } from './language.js';

const t = texts({
    empty: ['名称不能为空', 'A name is needed'],
    taken: ['已有同名的条目', 'There is one of this name already'],
});

// -> { node, input, problemShow(problem) }, a problem being one of nameProblem's, or null.
export function nameEntry(attributes) {
    const problem = element('p', { class: 'settings-problem', id: newNodeId('settings-problem'), role: 'alert' });
    const description = { 'aria-describedby': problem.id };
    const input = element('input', { type: 'text', autocomplete: 'off', ...description, ...attributes });
    const problemShow = (found) => {
        textSet(problem, found === null ? '' : t(found));
        input.setAttribute('aria-invalid', found !== null);
    };
    return { node: element('div', { class: 'settings-name' }, input, problem), input, problemShow };
}
