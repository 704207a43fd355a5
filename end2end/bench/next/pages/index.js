import { useEffect, useState } from 'react';
import Head from 'next/head';
import Image from 'next/image';

const maxRetries = 20;

const Home = () => {
  const [input, setInput] = useState('');
  const [img, setImg] = useState('');
  const [retry, setRetry] = useState(0);
  const [retryCount, setRetryCount] = useState(maxRetries);
  const [isGenerating, setIsGenerating] = useState(false);
  const [finalPrompt, setFinalPrompt] = useState('');

  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  const generateAction = async () => {
    if (isGenerating && retry === 0) return;
    setIsGenerating(true);
    if (retry > 0) {
      setRetryCount((count) => (count === 0 ? 0 : count - 1));
      setRetry(0);
    }
    const response = await fetch('/api/generate', {
      method: 'POST',
      headers: { 'Content-Type': 'image/jpeg' },
      body: JSON.stringify({ input }),
    });
    const data = await response.json();
    if (response.status === 503) {
      setRetry(data.estimated_time);
      return;
    }
    if (!response.ok) {
      setIsGenerating(false);
      return;
    }
    setFinalPrompt(input);
    setInput('');
    setImg(data.image);
    setIsGenerating(false);
  };

  useEffect(() => {
    // The benchmark reads this mark: from here on a click has an effect.
    performance.mark('works');
  }, []);

  useEffect(() => {
    const runRetry = async () => {
      if (retryCount === 0) {
        setRetryCount(maxRetries);
        return;
      }
      await sleep(retry * 1000);
      await generateAction();
    };
    if (retry !== 0) runRetry();
  }, [retry]);

  return (
    <div className="root">
      <Head>
        <title>Picture generator</title>
      </Head>
      <div className="container">
        <div className="header">
          <div className="header-title">
            <h1>Picture generator</h1>
          </div>
          <div className="header-subtitle">
            <h2>Say what the picture should show.</h2>
          </div>
          <div className="prompt-container">
            <input className="prompt-box" value={input} onChange={(event) => setInput(event.target.value)} />
            <div className="prompt-buttons">
              <a className={isGenerating ? 'generate-button loading' : 'generate-button'} onClick={generateAction}>
                <div className="generate">{isGenerating ? <span className="loader"></span> : <p>Generate</p>}</div>
              </a>
            </div>
          </div>
        </div>
        {img && (
          <div className="output-content">
            <Image src={img} width={512} height={512} alt={finalPrompt} />
            <p>{finalPrompt}</p>
          </div>
        )}
      </div>
    </div>
  );
};

export default Home;
