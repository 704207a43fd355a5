import '../styles/styles.css';

const App = ({ Component, pageProps }) => <Component {...pageProps} />;

export default App;
