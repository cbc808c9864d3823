// A long list of which a part is shown, until somebody asks for all of it.

import { button, element } from './dom.js';
import { texts } from './language.js';

const t = texts({
    more: [(count) => `另有 ${count} 项`, (count) => `and ${count} more`],
});

// `make(count)` gives the nodes of the first so many of `total` items; each item is something in them with a tabindex.
// `list` remembers whether all is shown, for where the same is made anew.
export function longListNode(make, { total, first, list = {} }) {
    const node = element('div', {}, make(list.isWhole ? total : first));
    if (total > first && !list.isWhole)
        node.append(button({ text: t('more', total - first), dataset: { key: 'more' } }, () => {
            list.isWhole = true;
            node.replaceChildren(...make(total));
            node.querySelectorAll('[tabindex]')[first].focus();
        }));
    return node;
}
