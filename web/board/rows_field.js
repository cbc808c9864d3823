// Fields for lists of small things, one in a row: contacts in a table, and the addresses of chat groups.

import { element } from './dom.js';
import { fieldsShow, membersWritten, TextField } from './form_fields.js';
import { texts } from './language.js';
import { FoldedField } from './list_field.js';
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
        const body = element('tbody');
        super(member, t('addContact'), element('table', { class: 'contact-rows' },
            element('thead', {}, element('tr', {}, heads, element('td'))), body), body);
    }

    blank() {
        return { name: '', role: '', phone: '' };
    }

    nameOf(stored) {
        return textOf(stored.name);
    }

    make(entry, remove) {
        const fields = contactMembers.map((name) => new TextField(name, { bareLabel: columnName(name) }));
        fieldsShow(fields, entry.stored);
        const isBlank = () => entry.key === null && !fields.some(({ isTouched }) => isTouched);
        return {
            node: element('tr', {}, [...fields.map(({ node }) => node), remove].map((node) => element('td', {}, node))),
            written: () => isBlank() ? undefined : { ...entry.stored, ...membersWritten(fields) },
            open: () => fields[0].control.focus(),
        };
    }

    oddNode(text, remove) {
        return element('tr', { class: 'editor-odd' },
            element('td', { colspan: contactMembers.length }, text), element('td', {}, remove));
    }
}

function columnName(member) {
    return t.has(member) ? t(member) : memberName(member);
}

export class LinksField extends FoldedField {
    constructor(member) {
        super(member, t('addLink'), element('ul', { class: 'link-rows' }));
    }

    blank() {
        return '';
    }

    isShowable(stored) {
        return typeof stored === 'string';
    }

    nameOf(stored) {
        return stored;
    }

    make(entry, remove) {
        const address = new TextField('address', { bareLabel: t('address'), inputmode: 'url' });
        const link = element('a', { target: '_blank', rel: 'noreferrer' }, t('open'));
        address.onchange = () => linkSet(link, address.entered);
        address.show(entry.stored);
        const isOwn = () => entry.key === null || address.isTouched;
        return {
            node: element('li', {}, address.node, link, remove),
            written: () => isOwn() ? address.written() || undefined : entry.stored,
            open: () => address.control.focus(),
        };
    }
}

// Only what a browser opens as a page is a link; all else is the text that it is.
function linkSet(link, text) {
    const isPage = URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
    link.hidden = !isPage;
    link.href = isPage ? text : '';
    link.setAttribute('aria-label', `${t('open')} ${text}`);
}
