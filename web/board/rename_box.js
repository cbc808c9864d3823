// A name that is typed over itself: an input that lies above the chart, as the library draws its own rows anew at any
// time.

import { element } from './dom.js';
import { texts } from './language.js';

const t = texts({ name: ['名称', 'Name'] });

// `place()` gives the rectangle to lie on, relative to the parent, or null if it is gone. `done(text)` is called once
// at the end, with null if the name stays. -> { node, follow(), cancel() }; `follow` is for when things have moved.
export function renameBox(text, place, done) {
    let isOver = false;
    const finish = (value) => {
        if (isOver)
            return;
        isOver = true;
        node.remove();
        done(value);
    };
    const node = element('input', {
        class: 'rename', 'aria-label': t('name'), value: text, spellcheck: 'false', autocomplete: 'off',
        onblur: () => finish(node.value),
        onkeydown: (event) => {
            if (event.isComposing || (event.key !== 'Enter' && event.key !== 'Escape'))
                return;
            event.preventDefault();
            finish(event.key === 'Enter' ? node.value : null);
        },
    });
    const follow = () => {
        const box = place();
        if (box === null) {
            finish(null);
            return;
        }
        for (const [name, value] of Object.entries(box))
            node.style[name] = `${value}px`;
    };
    return { node, follow, cancel: () => finish(null) };
}
