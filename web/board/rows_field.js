// Fields for lists of small things, one in a row: contacts in a table, and the addresses of chat groups.

import { element } from './dom.js';
import { TextField } from './form_fields.js';
import { texts } from './language.js';
import { FoldedField, objectWritten, oddText } from './list_field.js';
import { isObject } from './merge.js';
import { textOf } from './plan.js';
import { memberName } from './terms.js';

const t = texts({
    name: ['姓名', 'Name'],
    addContact: ['添加联系人', 'Add contact'],
    addLink: ['添加链接', 'Add link'],
    address: ['链接地址', 'Address'],
    open: ['打开', 'Open'],
});

const contactMembers = ['name', 'role', 'phone'];

export class ContactsField extends FoldedField {
    constructor(member) {
        const heads = contactMembers.map((name) => element('th', { scope: 'col' }, columnName(name)));
        super(member, element('table', { class: 'contact-rows' },
            element('thead', {}, element('tr', {}, heads, element('td'))), element('tbody')), t('addContact'));
    }

    blank() {
        return { name: '', role: '', phone: '' };
    }

    nameOf(stored) {
        return isObject(stored) ? textOf(stored.name) : oddText(stored);
    }

    make(entry, remove) {
        if (!isObject(entry.stored)) {
            return oddEntry(entry, (text) => element('tr', {},
                element('td', { colspan: contactMembers.length }, text), element('td', {}, remove)));
        }
        const fields = contactMembers.map((name) => new TextField(name, { bareLabel: columnName(name) }));
        for (const one of fields)
            one.show(entry.stored[one.member]);
        const isBlank = () => entry.key === null && fields.every(({ entered }) => entered.trim() === '');
        return {
            node: element('tr', {}, [...fields.map(({ node }) => node), remove].map((node) => element('td', {}, node))),
            written: () => isBlank() ? undefined : objectWritten(entry.stored, fields),
            open: () => fields[0].control.focus(),
        };
    }
}

function columnName(member) {
    return t.has(member) ? t(member) : memberName(member);
}

export class LinksField extends FoldedField {
    constructor(member) {
        super(member, element('ul', { class: 'link-rows' }), t('addLink'));
    }

    blank() {
        return '';
    }

    nameOf(stored) {
        return oddText(stored);
    }

    make(entry, remove) {
        if (typeof entry.stored !== 'string')
            return oddEntry(entry, (text) => element('li', {}, text, remove));
        const input = element('input', {
            type: 'text', inputmode: 'url', autocomplete: 'off', 'aria-label': t('address'), value: entry.stored,
        });
        const initial = input.value;
        const link = element('a', { target: '_blank', rel: 'noreferrer' }, t('open'));
        input.addEventListener('input', () => addressSet(link, input.value));
        addressSet(link, initial);
        const isSame = () => entry.key !== null && input.value === initial;
        return {
            node: element('li', {}, input, link, remove),
            written: () => isSame() ? entry.stored : input.value.trim() || undefined,
            open: () => input.focus(),
        };
    }
}

// A row for what is of another shape; rowOf() makes it of the node that shows it.
function oddEntry(entry, rowOf) {
    const node = rowOf(element('span', { class: 'editor-odd' }, oddText(entry.stored)));
    return { node, written: () => entry.stored };
}

// Only what a browser opens as a page is a link; all else is the text that it is.
function addressSet(link, text) {
    const address = pageAddress(text);
    link.hidden = address === null;
    if (address === null)
        link.removeAttribute('href');
    else
        link.href = address;
    link.setAttribute('aria-label', `${t('open')} ${text}`);
}

function pageAddress(text) {
    try {
        const address = new URL(text);
        return ['http:', 'https:'].includes(address.protocol) ? address.href : null;
    } catch {
        return null;
    }
}
