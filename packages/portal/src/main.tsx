import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/shell.css';
import './styles/applications.css';
import './styles/sessions.css';
import './styles/chat.css';
import './styles/composer.css';
import './styles/messages.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { enter } from './state/hall.ts';

const page = document.getElementById('page');
if (page === null) throw new Error('the document has no #page');

void enter();
createRoot(page).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
